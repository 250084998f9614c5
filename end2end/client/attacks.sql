-- More tables beside policies.sql, each a place where policies are easily got round.
create table public.vault (
  id bigint primary key,
  owner_id uuid not null,
  secret text not null unique,
  body jsonb,
  parent bigint references public.vault (id)
);
-- Everybody may put something in, everybody sees their own.
alter table public.vault enable row level security;
grant select, insert, update, delete on public.vault to authenticated;
create policy own on public.vault for select to authenticated using (owner_id = auth.uid());
create policy anything on public.vault for insert to authenticated with check (true);
create policy change on public.vault for update to authenticated using (owner_id = auth.uid());
create policy remove on public.vault for delete to authenticated using (owner_id = auth.uid());

create table public.pointers (id bigint primary key, vault_id bigint references public.vault (id), owner_id uuid not null);
alter table public.pointers enable row level security;
grant select, insert, update, delete on public.pointers to authenticated;
create policy own on public.pointers to authenticated using (owner_id = auth.uid());

-- Rows that may be changed and deleted, but not seen.
create table public.box (id bigint primary key, owner_id uuid not null, word text not null);
alter table public.box enable row level security;
grant select, insert, update, delete on public.box to authenticated;
create policy own on public.box for select to authenticated using (owner_id = auth.uid());
create policy remove on public.box for delete to authenticated using (true);
create policy change on public.box for update to authenticated using (true);

create table public.gated (id bigint primary key, note text);
alter table public.gated enable row level security;
grant select on public.gated to anon, authenticated;
create policy all_may on public.gated for select using (true);
create policy but_only on public.gated as restrictive for select using ((auth.jwt() -> 'app_metadata' ->> 'role') = 'auditor');

-- What everybody writes about themselves is no proof of anything.
create table public.trusting (id bigint primary key);
alter table public.trusting enable row level security;
grant select on public.trusting to authenticated;
create policy wrong on public.trusting for select to authenticated using ((auth.jwt() -> 'user_metadata' ->> 'role') = 'auditor');

create table public.ring_a (id bigint primary key, b bigint);
create table public.ring_b (id bigint primary key, a bigint);
alter table public.ring_a enable row level security;
alter table public.ring_b enable row level security;
grant select, insert, update, delete on public.ring_a, public.ring_b to authenticated;
create policy a on public.ring_a to authenticated using (exists (select 1 from public.ring_b where ring_b.id = ring_a.b));
create policy b on public.ring_b to authenticated using (exists (select 1 from public.ring_a where ring_a.id = ring_b.a));

-- Closed: row level security without a policy, and no grant at all.
create table public.closed (id bigint primary key, word text);
alter table public.closed enable row level security;
grant select, insert, update, delete on public.closed to authenticated;
create table public.private (id bigint primary key, word text);

-- Columns that nobody reads who is signed in: a number that is unique, that another table refers to, and that one may write.
create table public.badges (id bigint primary key, holder text not null, pin text unique, grade integer);
create table public.medals (id bigint primary key, pin text references public.badges (pin) on update cascade);
grant select (id, holder), insert (id, holder, pin), update (holder, pin) on public.badges to authenticated;
grant select, insert on public.medals to authenticated;

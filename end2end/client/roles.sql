-- A small publishing house: five roles, one of them without an inheritance, and columns that not everybody reads or writes.
create role author in role authenticated;
create role editor in role author;
create role reviewer in role authenticated;
create role accountant;
create role guest noinherit in role author;

create table public.people (id bigint primary key, name text not null, email text unique, salary integer);
create table public.articles (
  id bigint primary key,
  author_id bigint references public.people (id),
  title text not null,
  body text,
  state text not null default 'draft',
  notes text,
  fee integer
);
create table public.reviews (
  id bigint primary key,
  article_id bigint not null references public.articles (id),
  grade integer not null default 3,
  remark text,
  private_remark text
);
create table public.payments (
  person_id bigint not null references public.people (id),
  month text not null,
  amount integer not null,
  iban text,
  primary key (person_id, month)
);

grant select (id, name) on public.people to authenticated;
grant select, update (salary) on public.people to accountant;
grant select (id, author_id, title, body, state) on public.articles to authenticated;
grant insert (id, author_id, title, body), update (title, body) on public.articles to author;
grant select (notes), update (state, notes), delete on public.articles to editor;
grant select (id, title, fee), update (fee) on public.articles to accountant;
grant select (id, title) on public.articles to anon;
grant select (id, article_id, grade, remark) on public.reviews to authenticated;
grant select (private_remark), insert, update (grade, remark, private_remark) on public.reviews to reviewer;
grant all on public.payments to accountant;
grant select (month) on public.payments to public;

-- As it comes: what is revoked on a column below a grant on the table changes nothing.
revoke select (salary) on public.people from accountant;

alter table public.articles enable row level security;
create policy "Everybody reads what is out" on public.articles for select using (state = 'live');
create policy "Authors read drafts" on public.articles for select to author using (state <> 'secret');
create policy "Authors write drafts" on public.articles for insert to author with check (state = 'draft');
create policy "Authors change drafts" on public.articles for update to author using (state = 'draft');
create policy "Editors do it all" on public.articles to editor using (true) with check (state <> 'lost');
create policy "The books see every article" on public.articles to accountant using (true);

-- As a person writes it.
create extension if not exists "uuid-ossp" with schema extensions;
create schema if not exists private;

begin;

create type public.task_status as enum ('open', 'doing', 'done');

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username text unique,
  created_at timestamptz not null default now()
);

create table public.teams (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_by uuid not null references auth.users on delete cascade
);

create table public.team_members (
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null default 'member',
  primary key (team_id, user_id)
);

create table if not exists public.tasks (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  title text not null,
  status public.task_status not null default 'open',
  points numeric(6, 2),
  created_at timestamptz not null default now()
);

create index if not exists tasks_team_id_idx on public.tasks using btree (team_id);

alter table public.profiles enable row level security;
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.tasks enable row level security;

create or replace function private.is_member(team uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.team_members m
    where m.team_id = team and m.user_id = (select auth.uid())
  );
$$;

create policy "Profiles are viewable by everyone" on public.profiles for select using (true);
create policy "Users manage their own profile" on public.profiles for all to authenticated
  using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create policy "Owners see and make teams" on public.teams for all to authenticated
  using ((select auth.uid()) = created_by) with check ((select auth.uid()) = created_by);
create policy "Members see their teams" on public.teams for select to authenticated using (private.is_member(id));
create policy "Members see members" on public.team_members for select to authenticated using (private.is_member(team_id));
create policy "Owners add members" on public.team_members for insert to authenticated
  with check (exists (select 1 from public.teams t where t.id = team_id and t.created_by = auth.uid()));
create policy "Members work on tasks" on public.tasks for all to authenticated
  using (private.is_member(team_id)) with check (private.is_member(team_id));

commit;

alter publication supabase_realtime add table public.tasks;

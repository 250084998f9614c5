-- A publishing house as a Supabase project's migrations would write it: organisations own teams, teams own projects, projects
-- own documents, documents own comments.
create type document_state as enum ('draft', 'published', 'archived');
create type member_role as enum ('owner', 'member');

create table public.organisations (
  id bigint primary key,
  name text not null,
  slug text not null unique
);

create table public.memberships (
  org_id bigint not null references public.organisations (id) on delete cascade,
  user_id uuid not null,
  role member_role not null default 'member',
  primary key (org_id, user_id)
);
create index memberships_user on public.memberships (user_id);

create table public.teams (
  id bigint primary key,
  org_id bigint not null references public.organisations (id) on delete cascade,
  name text not null
);

create table public.team_members (
  team_id bigint not null references public.teams (id) on delete cascade,
  user_id uuid not null,
  lead boolean not null default false,
  primary key (team_id, user_id)
);

create table public.projects (
  id bigint primary key,
  team_id bigint not null references public.teams (id) on delete cascade,
  name text not null,
  code text not null unique,
  deleted_at timestamptz
);

create table public.documents (
  id bigint primary key,
  project_id bigint not null references public.projects (id) on delete cascade,
  owner_id uuid not null,
  title text not null,
  words integer not null default 0,
  state document_state not null default 'draft',
  deleted_at timestamptz
);
create index documents_project on public.documents (project_id);

create table public.comments (
  id bigint primary key,
  document_id bigint not null references public.documents (id) on delete cascade,
  author_id uuid not null,
  body text not null,
  internal boolean not null default false
);

create table public.tags (
  id bigint primary key,
  label text not null unique
);

create table public.document_tags (
  document_id bigint not null references public.documents (id) on delete cascade,
  tag_id bigint not null references public.tags (id) on delete cascade,
  primary key (document_id, tag_id)
);

create table public.salaries (
  user_id uuid not null,
  org_id bigint not null references public.organisations (id) on delete cascade,
  amount numeric(10,2) not null,
  primary key (user_id, org_id)
);

alter table public.organisations enable row level security;
alter table public.memberships enable row level security;
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.projects enable row level security;
alter table public.documents enable row level security;
alter table public.comments enable row level security;
alter table public.tags enable row level security;
alter table public.document_tags enable row level security;
alter table public.salaries enable row level security;

grant select, insert, update, delete on public.organisations, public.memberships, public.teams, public.team_members,
  public.projects, public.documents, public.comments, public.document_tags to authenticated;
grant select on public.salaries, public.tags to authenticated;
grant select on public.documents, public.comments, public.tags, public.document_tags to anon;

-- Organisations and who belongs to them.
create policy "People see their own memberships" on public.memberships
  for select to authenticated using (auth.uid() = user_id);
create policy "Owners add people" on public.memberships for insert to authenticated
  with check (exists (
    select 1 from public.memberships m where m.org_id = memberships.org_id and m.user_id = auth.uid() and m.role = 'owner'
  ));
create policy "People leave" on public.memberships
  for delete to authenticated using (user_id = auth.uid() and role <> 'owner');

create policy "Members see their organisation" on public.organisations for select to authenticated
  using (id in (select org_id from public.memberships where user_id = auth.uid()));
create policy "Auditors see organisations" on public.organisations for select to authenticated
  using (((auth.jwt() -> 'app_metadata') ->> 'role') = 'auditor');
create policy "Owners rename" on public.organisations for update to authenticated
  using (exists (select 1 from public.memberships m where m.org_id = organisations.id and m.role = 'owner'))
  with check (exists (select 1 from public.memberships m where m.org_id = organisations.id and m.role = 'owner'));

-- Teams.
create policy "Members see teams" on public.teams for select to authenticated
  using (org_id in (select org_id from public.memberships));
create policy "Owners keep teams" on public.teams for all to authenticated
  using (exists (select 1 from public.memberships m where m.org_id = teams.org_id and m.role = 'owner'))
  with check (exists (select 1 from public.memberships m where m.org_id = teams.org_id and m.role = 'owner'));

create policy "People see their own teams" on public.team_members
  for select to authenticated using (user_id = auth.uid());
create policy "Owners keep team members" on public.team_members to authenticated
  using (exists (
    select 1 from public.teams t join public.memberships m on m.org_id = t.org_id
    where t.id = team_members.team_id and m.role = 'owner'
  ));

-- Projects: soft deletion hides them from everybody but the leads.
create policy "Teams see projects" on public.projects for select to authenticated
  using (team_id in (select team_id from public.team_members));
create policy "Only leads see deleted projects" on public.projects as restrictive for select
  using (deleted_at is null or exists (
    select 1 from public.team_members tm where tm.team_id = projects.team_id and tm.user_id = auth.uid() and tm.lead
  ));
create policy "Leads start projects" on public.projects for insert to authenticated
  with check (exists (
    select 1 from public.team_members tm where tm.team_id = projects.team_id and tm.user_id = auth.uid() and tm.lead
  ));
create policy "Leads change projects" on public.projects for update to authenticated
  using (exists (
    select 1 from public.team_members tm where tm.team_id = projects.team_id and tm.user_id = auth.uid() and tm.lead
  ));

-- Documents.
create policy "Everybody reads what is published" on public.documents for select
  using (state = 'published');
create policy "Teams read documents that are no drafts" on public.documents for select to authenticated
  using (state <> 'draft' and exists (select 1 from public.projects p where p.id = documents.project_id));
create policy "Authors read their documents" on public.documents
  for select to authenticated using (owner_id = (select auth.uid()));
create policy "Auditors read everything" on public.documents for select to authenticated
  using ((auth.jwt() -> 'app_metadata' ->> 'role') = 'auditor');
create policy "Deleted documents are gone but for authors" on public.documents as restrictive for select
  using (deleted_at is null or owner_id = auth.uid());
create policy "Authors begin with drafts" on public.documents for insert to authenticated
  with check (
    owner_id = auth.uid() and state = 'draft'
    and exists (select 1 from public.projects p where p.id = project_id and p.deleted_at is null)
  );
create policy "Authors change their documents" on public.documents for update to authenticated
  using (owner_id = auth.uid()) with check (owner_id = auth.uid() and state in ('draft', 'published'));
create policy "Leads archive" on public.documents for update to authenticated
  using (exists (
    select 1 from public.projects p join public.team_members tm on tm.team_id = p.team_id
    where p.id = documents.project_id and tm.user_id = auth.uid() and tm.lead
  ))
  with check (state = 'archived');
create policy "Authors throw drafts away" on public.documents
  for delete to authenticated using (owner_id = auth.uid() and state = 'draft');

-- What hangs on documents.
create policy "Comments are seen with their document" on public.comments for select
  using (
    exists (select 1 from public.documents d where d.id = comments.document_id)
    and (not internal or author_id = auth.uid())
  );
create policy "People comment on what they see" on public.comments for insert to authenticated
  with check (author_id = auth.uid() and exists (select 1 from public.documents d where d.id = comments.document_id));
create policy "People change their comments" on public.comments for update to authenticated
  using (author_id = auth.uid()) with check (author_id = auth.uid());
create policy "People and authors remove comments" on public.comments for delete to authenticated
  using (
    author_id = auth.uid()
    or exists (select 1 from public.documents d where d.id = comments.document_id and d.owner_id = auth.uid())
  );

create policy "Tags are for all" on public.tags for select using (true);
create policy "Tags are seen with their document" on public.document_tags for select
  using (exists (select 1 from public.documents d where d.id = document_tags.document_id));
create policy "Authors tag" on public.document_tags for insert to authenticated
  with check (exists (select 1 from public.documents d where d.id = document_tags.document_id and d.owner_id = auth.uid()));
create policy "Authors take tags away" on public.document_tags for delete to authenticated
  using (exists (select 1 from public.documents d where d.id = document_tags.document_id and d.owner_id = auth.uid()));

create policy "Pay is between two" on public.salaries for select to authenticated
  using (user_id = auth.uid() or exists (
    select 1 from public.memberships m where m.org_id = salaries.org_id and m.user_id = auth.uid() and m.role = 'owner'
  ));

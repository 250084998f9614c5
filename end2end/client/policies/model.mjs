// Who may see and do what with the rows of ../policies.sql, said once more in plain JavaScript. Nothing here asks the server.
const select = ['select']
const all = ['select', 'insert', 'update', 'delete']
const open = { documents: select, comments: select, tags: select, document_tags: select }
const own = Object.fromEntries(
  ['organisations', 'memberships', 'teams', 'team_members', 'projects', 'documents', 'comments', 'document_tags'].map(t => [t, all]),
)
export const GRANTS = { anon: open, authenticated: { ...own, salaries: select, tags: select } }

/** The primary keys. */
export const KEYS = {
  organisations: ['id'],
  memberships: ['org_id', 'user_id'],
  teams: ['id'],
  team_members: ['team_id', 'user_id'],
  projects: ['id'],
  documents: ['id'],
  comments: ['id'],
  tags: ['id'],
  document_tags: ['document_id', 'tag_id'],
  salaries: ['user_id', 'org_id'],
}

const GONE = '2026-01-02T03:04:05+00:00'

/** The rows, in an order in which they can be inserted. */
export const rows = ({ olga, lea, max, otto, aud }) => ({
  organisations: [
    { id: 1, name: 'North', slug: 'north' },
    { id: 2, name: 'South', slug: 'south' },
    { id: 3, name: 'Empty', slug: 'empty' },
  ],
  memberships: [
    { org_id: 1, user_id: olga, role: 'owner' },
    { org_id: 1, user_id: lea, role: 'member' },
    { org_id: 1, user_id: max, role: 'member' },
    { org_id: 2, user_id: otto, role: 'owner' },
    { org_id: 2, user_id: max, role: 'member' },
  ],
  teams: [
    { id: 11, org_id: 1, name: 'Books' },
    { id: 12, org_id: 1, name: 'Maps' },
    { id: 21, org_id: 2, name: 'Films' },
  ],
  team_members: [
    { team_id: 11, user_id: lea, lead: true },
    { team_id: 11, user_id: max, lead: false },
    { team_id: 12, user_id: lea, lead: false },
    { team_id: 12, user_id: olga, lead: true },
    { team_id: 21, user_id: otto, lead: true },
    { team_id: 21, user_id: max, lead: false },
  ],
  projects: [
    { id: 101, team_id: 11, name: 'Novel', code: 'nov', deleted_at: null },
    { id: 102, team_id: 11, name: 'Diary', code: 'dia', deleted_at: GONE },
    { id: 103, team_id: 12, name: 'Atlas', code: 'atl', deleted_at: null },
    { id: 201, team_id: 21, name: 'Western', code: 'wes', deleted_at: null },
    { id: 202, team_id: 21, name: 'Noir', code: 'noi', deleted_at: GONE },
  ],
  documents: [
    { id: 1001, project_id: 101, owner_id: max, title: 'Outline', words: 10, state: 'draft', deleted_at: null },
    { id: 1002, project_id: 101, owner_id: max, title: 'Chapter one', words: 200, state: 'published', deleted_at: null },
    { id: 1003, project_id: 101, owner_id: lea, title: 'Plans', words: 30, state: 'archived', deleted_at: null },
    { id: 1004, project_id: 102, owner_id: lea, title: 'Monday', words: 40, state: 'archived', deleted_at: null },
    { id: 1005, project_id: 103, owner_id: olga, title: 'Legend', words: 50, state: 'draft', deleted_at: null },
    { id: 1006, project_id: 103, owner_id: olga, title: 'Coast', words: 60, state: 'published', deleted_at: GONE },
    { id: 2001, project_id: 201, owner_id: otto, title: 'Duel', words: 70, state: 'draft', deleted_at: null },
    { id: 2002, project_id: 201, owner_id: otto, title: 'Posters', words: 80, state: 'published', deleted_at: null },
    { id: 2003, project_id: 201, owner_id: otto, title: 'Contracts', words: 90, state: 'archived', deleted_at: null },
    { id: 2004, project_id: 202, owner_id: max, title: 'Alley', words: 100, state: 'archived', deleted_at: GONE },
  ],
  comments: [
    { id: 1, document_id: 1001, author_id: lea, body: 'more', internal: false },
    { id: 2, document_id: 1002, author_id: otto, body: 'good', internal: false },
    { id: 3, document_id: 1002, author_id: lea, body: 'between us', internal: true },
    { id: 4, document_id: 1003, author_id: max, body: 'when?', internal: false },
    { id: 5, document_id: 2001, author_id: otto, body: 'to do', internal: true },
    { id: 6, document_id: 2002, author_id: aud, body: 'checked', internal: true },
    { id: 7, document_id: 2003, author_id: max, body: 'signed', internal: false },
    { id: 8, document_id: 1006, author_id: lea, body: 'lost', internal: false },
  ],
  tags: [
    { id: 1, label: 'new' },
    { id: 2, label: 'old' },
  ],
  document_tags: [
    { document_id: 1001, tag_id: 1 },
    { document_id: 1002, tag_id: 1 },
    { document_id: 1002, tag_id: 2 },
    { document_id: 1005, tag_id: 2 },
    { document_id: 2001, tag_id: 1 },
    { document_id: 2003, tag_id: 2 },
  ],
  salaries: [
    { user_id: olga, org_id: 1, amount: 9000.5 },
    { user_id: lea, org_id: 1, amount: 7000 },
    { user_id: max, org_id: 1, amount: 5000 },
    { user_id: max, org_id: 2, amount: 6000 },
    { user_id: otto, org_id: 2, amount: 8000 },
  ],
})

/** What a person may see and do, over the rows as they are. */
export class Rights {
  constructor(data, who) {
    Object.assign(this, { data, who })
  }

  may(table, command) {
    return this.who.all || (this.who.grants[table] ?? []).includes(command)
  }

  belongs(org) {
    return this.data.memberships.some(m => m.org_id === org && m.user_id === this.who.id)
  }
  owns(org) {
    return this.data.memberships.some(m => m.org_id === org && m.user_id === this.who.id && m.role === 'owner')
  }
  ownsTeam(team) {
    return this.data.teams.some(t => t.id === team && this.owns(t.org_id))
  }
  leads(team) {
    return this.data.team_members.some(m => m.team_id === team && m.user_id === this.who.id && m.lead)
  }
  inTeam(team) {
    return this.data.team_members.some(m => m.team_id === team && this.sees('team_members', m))
  }
  project(id) {
    return this.data.projects.find(p => p.id === id && this.sees('projects', p))
  }
  document(id) {
    return this.data.documents.find(d => d.id === id && this.sees('documents', d))
  }

  /** Whether a row of a table can be seen. */
  sees(table, row) {
    const { who } = this
    if (who.all) return true
    const mine = id => who.id !== null && id === who.id
    switch (table) {
      case 'organisations':
        return this.belongs(row.id) || Boolean(who.auditor)
      case 'memberships':
        return mine(row.user_id)
      case 'teams':
        return this.belongs(row.org_id)
      case 'team_members':
        return mine(row.user_id) || this.ownsTeam(row.team_id)
      case 'projects':
        return this.inTeam(row.team_id) && (row.deleted_at === null || this.leads(row.team_id))
      case 'documents': {
        const open = row.state === 'published' || mine(row.owner_id) || who.auditor || (row.state !== 'draft' && this.project(row.project_id))
        return Boolean(open && (row.deleted_at === null || mine(row.owner_id)))
      }
      case 'comments':
        return Boolean(this.document(row.document_id) && (!row.internal || mine(row.author_id)))
      case 'tags':
        return true
      case 'document_tags':
        return Boolean(this.document(row.document_id))
      case 'salaries':
        return mine(row.user_id) || this.owns(row.org_id)
    }
    throw new Error(table)
  }

  /** Whether a row may be inserted, as far as insert policies go. */
  inserts(table, row) {
    const { who } = this
    if (who.all) return true
    switch (table) {
      case 'memberships':
        return this.owns(row.org_id)
      case 'teams':
        return this.owns(row.org_id)
      case 'team_members':
        return this.ownsTeam(row.team_id)
      case 'projects':
        return this.leads(row.team_id)
      case 'documents':
        return row.owner_id === who.id && row.state === 'draft' && this.project(row.project_id)?.deleted_at === null
      case 'comments':
        return row.author_id === who.id && Boolean(this.document(row.document_id))
      case 'document_tags':
        return this.document(row.document_id)?.owner_id === who.id
    }
    return false
  }

  /** Whether a row that is there may be changed at all, and whether it may become this one. */
  changes(table, row) {
    return this.changing(table, row, true)
  }
  becomes(table, row) {
    return this.changing(table, row, false)
  }
  changing(table, row, before) {
    const { who } = this
    if (who.all) return true
    switch (table) {
      case 'organisations':
        return this.owns(row.id)
      case 'teams':
        return this.owns(row.org_id)
      case 'team_members':
        return this.ownsTeam(row.team_id)
      case 'projects':
        return this.leads(row.team_id)
      case 'documents': {
        const asAuthor = row.owner_id === who.id && (before || ['draft', 'published'].includes(row.state))
        const project = this.project(row.project_id)
        return asAuthor || (before ? Boolean(project && this.leads(project.team_id)) : row.state === 'archived')
      }
      case 'comments':
        return row.author_id === who.id
    }
    return false
  }

  /** Whether a row may be deleted. */
  deletes(table, row) {
    const { who } = this
    if (who.all) return true
    switch (table) {
      case 'memberships':
        return row.user_id === who.id && row.role !== 'owner'
      case 'teams':
        return this.owns(row.org_id)
      case 'team_members':
        return this.ownsTeam(row.team_id)
      case 'documents':
        return row.owner_id === who.id && row.state === 'draft'
      case 'comments':
        return row.author_id === who.id || this.document(row.document_id)?.owner_id === who.id
      case 'document_tags':
        return this.document(row.document_id)?.owner_id === who.id
    }
    return false
  }

  seen(table) {
    return this.data[table].filter(row => this.sees(table, row))
  }
}

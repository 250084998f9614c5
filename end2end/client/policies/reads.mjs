// Reads, each with what must come of it by the model.
const by = (...names) => (a, b) => {
  for (const name of names) if (a[name] !== b[name]) return a[name] < b[name] ? -1 : 1
  return 0
}
const pick = (row, ...names) => Object.fromEntries(names.map(name => [name, row[name]]))
const ids = rows => rows.map(row => pick(row, 'id'))
const one = (rows, test) => rows.find(test) ?? null

/** What a person sees of the rows, with words for the relations. */
class Eyes {
  constructor(rights) {
    this.rights = rights
    this.of = table => rights.seen(table).sort(by('id'))
  }
  project(document) {
    return one(this.of('projects'), p => p.id === document.project_id)
  }
  team(project) {
    return one(this.of('teams'), t => t.id === project.team_id)
  }
  organisation(team) {
    return one(this.of('organisations'), o => o.id === team.org_id)
  }
  documents(project) {
    return this.of('documents').filter(d => d.project_id === project.id)
  }
  comments(document) {
    return this.of('comments').filter(c => c.document_id === document.id)
  }
  links(test) {
    return this.rights.seen('document_tags').filter(test)
  }
  tags(document) {
    return this.of('tags').filter(t => this.links(l => l.document_id === document.id && l.tag_id === t.id).length > 0)
  }
  tagged(tag) {
    return this.of('documents').filter(d => this.links(l => l.tag_id === tag.id && l.document_id === d.id).length > 0)
  }
}

const sorted = (rows, key, name) =>
  rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)]
    if (x === y) return by(name)(a, b)
    // Nulls stand last, as in PostgreSQL.
    if (x === null || y === null) return x === null ? 1 : -1
    return x < y ? -1 : 1
  })

/** `[name, tables that it reads, call, expected]` */
export const reads = [
  ['a to-one relation', ['documents', 'projects'], db => db.from('documents').select('id,projects(id,name)').order('id'),
    e => e.of('documents').map(d => ({ id: d.id, projects: e.project(d) && pick(e.project(d), 'id', 'name') }))],
  ['three levels up', ['documents', 'projects', 'teams', 'organisations'],
    db => db.from('documents').select('id,projects(name,teams(name,organisations(slug)))').order('id'),
    e => e.of('documents').map(d => {
      const project = e.project(d)
      const team = project && e.team(project)
      const org = team && e.organisation(team)
      return { id: d.id, projects: project && { name: project.name, teams: team && { name: team.name, organisations: org && { slug: org.slug } } } }
    })],
  ['a to-many relation', ['projects', 'documents'],
    db => db.from('projects').select('id,documents(id)').order('id').order('id', { referencedTable: 'documents' }),
    e => e.of('projects').map(p => ({ id: p.id, documents: ids(e.documents(p)) }))],
  ['four levels down', ['organisations', 'teams', 'projects', 'documents', 'comments'],
    db => db.from('organisations').select('id,teams(id,projects(id,documents(id,comments(id))))').order('id')
      .order('id', { referencedTable: 'teams' }).order('id', { referencedTable: 'teams.projects' })
      .order('id', { referencedTable: 'teams.projects.documents' }).order('id', { referencedTable: 'teams.projects.documents.comments' }),
    e => e.of('organisations').map(o => ({ id: o.id, teams: e.of('teams').filter(t => t.org_id === o.id).map(t => ({
      id: t.id, projects: e.of('projects').filter(p => p.team_id === t.id).map(p => ({
        id: p.id, documents: e.documents(p).map(d => ({ id: d.id, comments: ids(e.comments(d)) })) })) })) }))],
  ['a many-to-many relation', ['documents', 'document_tags', 'tags'],
    db => db.from('documents').select('id,tags(label)').order('id').order('id', { referencedTable: 'tags' }),
    e => e.of('documents').map(d => ({ id: d.id, tags: e.tags(d).map(t => pick(t, 'label')) }))],
  ['a many-to-many relation from the other side', ['documents', 'document_tags', 'tags'],
    db => db.from('tags').select('label,documents(id)').order('id').order('id', { referencedTable: 'documents' }),
    e => e.of('tags').map(t => ({ label: t.label, documents: ids(e.tagged(t)) }))],
  ['an inner to-one relation', ['documents', 'projects'], db => db.from('documents').select('id,projects!inner(id)', { count: 'exact' }).order('id'),
    e => e.of('documents').filter(d => e.project(d)).map(d => ({ id: d.id, projects: { id: d.project_id } }))],
  ['an inner relation of an inner relation', ['documents', 'projects', 'teams'],
    db => db.from('documents').select('id,projects!inner(teams!inner(id))').order('id'),
    e => e.of('documents').filter(d => e.project(d) && e.team(e.project(d))).map(d => ({ id: d.id, projects: { teams: { id: e.project(d).team_id } } }))],
  ['an inner to-many relation with a filter', ['projects', 'documents'],
    db => db.from('projects').select('id,documents!inner(id)', { count: 'exact' }).gt('documents.words', 35).order('id').order('id', { referencedTable: 'documents' }),
    e => e.of('projects').map(p => ({ id: p.id, documents: ids(e.documents(p).filter(d => d.words > 35)) })).filter(p => p.documents.length > 0)],
  ['an inner many-to-many relation with a filter', ['documents', 'document_tags', 'tags'],
    db => db.from('tags').select('label,documents!inner(id)').eq('documents.state', 'draft').order('id').order('id', { referencedTable: 'documents' }),
    e => e.of('tags').map(t => ({ label: t.label, documents: ids(e.tagged(t).filter(d => d.state === 'draft')) })).filter(t => t.documents.length > 0)],
  ['an empty inner relation as a filter', ['documents', 'projects'],
    db => db.from('documents').select('id,projects!inner()').eq('projects.name', 'Novel').order('id'),
    e => e.of('documents').filter(d => e.project(d)?.name === 'Novel').map(d => pick(d, 'id'))],
  ['a spread relation', ['documents', 'projects'], db => db.from('documents').select('id,...projects(project:name)').order('id'),
    e => e.of('documents').map(d => ({ id: d.id, project: e.project(d)?.name ?? null }))],
  ['a filter in a relation', ['documents', 'projects'], db => db.from('documents').select('id,projects(id)').eq('projects.name', 'Novel').order('id'),
    e => e.of('documents').map(d => ({ id: d.id, projects: e.project(d)?.name === 'Novel' ? { id: d.project_id } : null }))],
  ['an order by a column of a relation', ['documents', 'projects'], db => db.from('documents').select('id,projects()').order('projects(name)').order('id'),
    e => ids(sorted(e.of('documents'), d => e.project(d)?.name ?? null, 'id'))],
  ['a filter by whether a relation is there', ['documents', 'projects'], db => db.from('documents').select('id,projects()').is('projects', null).order('id'),
    e => ids(e.of('documents').filter(d => !e.project(d)))],
  ['a filter by whether related rows are there', ['documents', 'comments'], db => db.from('documents').select('id,comments()').not('comments', 'is', null).order('id'),
    e => ids(e.of('documents').filter(d => e.comments(d).length > 0))],
  ['or over relations', ['documents', 'projects', 'comments'],
    db => db.from('documents').select('id,projects(),comments()').or('projects.is.null,comments.not.is.null').order('id'),
    e => ids(e.of('documents').filter(d => !e.project(d) || e.comments(d).length > 0))],
  ['or', ['documents'], db => db.from('documents').select('id').or('state.eq.draft,words.gt.75').order('id'),
    e => ids(e.of('documents').filter(d => d.state === 'draft' || d.words > 75))],
  ['not', ['documents'], db => db.from('documents').select('id').not('state', 'eq', 'published').order('id'),
    e => ids(e.of('documents').filter(d => d.state !== 'published'))],
  ['not and or, nested', ['documents'], db => db.from('documents').select('id').or('not.and(state.eq.archived,words.lt.95),title.like.*t*').order('id'),
    e => ids(e.of('documents').filter(d => !(d.state === 'archived' && d.words < 95) || d.title.includes('t')))],
  ['or in a relation', ['projects', 'documents'],
    db => db.from('projects').select('id,documents(id)').or('state.eq.draft,words.gt.150', { referencedTable: 'documents' }).order('id').order('id', { referencedTable: 'documents' }),
    e => e.of('projects').map(p => ({ id: p.id, documents: ids(e.documents(p).filter(d => d.state === 'draft' || d.words > 150)) }))],
  ['in and is', ['projects'], db => db.from('projects').select('id').in('code', ['nov', 'dia', 'wes', 'noi']).not('deleted_at', 'is', null).order('id'),
    e => ids(e.of('projects').filter(p => p.deleted_at !== null && p.code !== 'atl'))],
  ['an order downwards with a limit', ['documents'], db => db.from('documents').select('id,words', { count: 'exact' }).order('words', { ascending: false }).limit(2),
    e => e.of('documents').sort((a, b) => b.words - a.words).slice(0, 2).map(d => pick(d, 'id', 'words')), e => e.of('documents').length],
  ['a limit in a relation', ['projects', 'documents'],
    db => db.from('projects').select('id,documents(id)').order('id').order('words', { referencedTable: 'documents', ascending: false }).limit(1, { referencedTable: 'documents' }),
    e => e.of('projects').map(p => ({ id: p.id, documents: ids(e.documents(p).sort((a, b) => b.words - a.words).slice(0, 1)) }))],
]

export { Eyes }

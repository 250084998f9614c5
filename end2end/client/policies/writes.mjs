// Every write that is worth an attempt, with what must come of it by the model: rows, or the SQLSTATE of the refusal.
import { randomUUID } from 'node:crypto'
import { KEYS, Rights } from './model.mjs'

const DENIED = '42501'
const MOMENT = '2026-05-06T07:08:09+00:00'
const key = (table, row) => Object.fromEntries(KEYS[table].map(name => [name, row[name]]))
const same = (table, a, b) => KEYS[table].every(name => a[name] === b[name])

/** Rows that somebody might try to insert. Fewer where policies are nested deepest, which PostgreSQL plans for long. */
function newRows(data, who, ids) {
  const stranger = randomUUID()
  const authors = [who.id ?? stranger, ids.lea]
  return {
    organisations: [{ id: 9, name: 'New', slug: 'new' }],
    memberships: data.organisations.flatMap(o => ['member', 'owner'].map(role => ({ org_id: o.id, user_id: stranger, role }))),
    teams: data.organisations.map(o => ({ id: 91, org_id: o.id, name: 'New' })),
    team_members: data.teams.map(t => ({ team_id: t.id, user_id: stranger, lead: true })),
    projects: data.teams.map(t => ({ id: 901, team_id: t.id, name: 'New', code: 'new', deleted_at: null })),
    documents: data.projects.flatMap(p =>
      authors.flatMap(owner_id =>
        ['draft', 'published'].map(state => ({ id: 9001, project_id: p.id, owner_id, title: 'New', words: 1, state, deleted_at: null })),
      ),
    ),
    comments: data.documents.flatMap(d => authors.slice(0, d.id % 2 ? 2 : 1).map(author_id => ({ id: 99, document_id: d.id, author_id, body: 'new', internal: false }))),
    tags: [{ id: 9, label: 'none' }],
    document_tags: data.documents.filter(d => d.id % 1000 < 5).map(d => ({ document_id: d.id, tag_id: 2 })),
    salaries: [{ user_id: stranger, org_id: 1, amount: 1 }],
  }
}

/** Changes that somebody might try. */
const changes = ids => ({
  organisations: [{ name: 'Changed' }],
  memberships: [{ role: 'owner' }],
  teams: [{ name: 'Changed' }, { org_id: 2 }],
  team_members: [{ lead: true }, { team_id: 21 }],
  projects: [{ name: 'Changed' }, { deleted_at: MOMENT }, { team_id: 21 }],
  documents: [{ title: 'Changed' }, { state: 'archived' }, { state: 'published' }, { owner_id: ids.lea }, { project_id: 101 }, { deleted_at: MOMENT }],
  comments: [{ body: 'changed' }, { author_id: ids.lea }, { document_id: 1002 }],
  tags: [{ label: 'changed' }],
  document_tags: [{ tag_id: 1 }],
  salaries: [{ amount: 1 }],
})

function insert(rights, table, row, returning) {
  if (!rights.may(table, 'insert')) return { code: DENIED }
  if (!rights.inserts(table, row) || (returning && !rights.sees(table, row))) return { code: DENIED }
  if (rights.data[table].some(other => same(table, other, row))) return { code: '23505' }
  return { rows: [row] }
}

function upsert(rights, table, row, merge) {
  if (!rights.may(table, 'insert') || (merge && !rights.may(table, 'update'))) return { code: DENIED }
  if (!rights.inserts(table, row) || !rights.sees(table, row)) return { code: DENIED }
  const there = rights.data[table].find(other => same(table, other, row))
  if (!there) return { rows: [row] }
  if (!merge) return { rows: [] }
  const after = { ...there, ...row }
  const may = rights.changes(table, there) && rights.sees(table, there) && rights.becomes(table, after) && rights.sees(table, after)
  return may ? { rows: [after] } : { code: DENIED }
}

function update(rights, table, meets, set) {
  if (!rights.may(table, 'update')) return { code: DENIED }
  const before = rights.seen(table).filter(row => meets(row) && rights.changes(table, row))
  const after = before.map(row => ({ ...row, ...set }))
  if (!after.every(row => rights.becomes(table, row) && rights.sees(table, row))) return { code: DENIED }
  const others = rights.data[table].filter(row => !before.includes(row))
  const taken = after.some((row, at) => [...others, ...after.slice(0, at)].some(other => same(table, row, other)))
  return taken ? { code: '23505' } : { rows: after }
}

function remove(rights, table, meets) {
  if (!rights.may(table, 'delete')) return { code: DENIED }
  return { rows: rights.seen(table).filter(row => meets(row) && rights.deletes(table, row)) }
}

/** All writes of one who asks, each from the state of `data`. */
export function* writes(data, who, ids) {
  const rights = new Rights(data, who)
  const made = newRows(data, who, ids)
  for (const table of Object.keys(KEYS)) {
    for (const row of made[table]) {
      for (const returning of [true, false]) yield { op: 'insert', table, row, returning, wanted: insert(rights, table, row, returning) }
      yield { op: 'upsert', table, row, merge: true, wanted: upsert(rights, table, row, true) }
    }
    for (const row of data[table]) {
      const meets = other => other === row
      for (const set of changes(ids)[table]) {
        yield { op: 'update', table, key: key(table, row), set, wanted: update(rights, table, meets, set) }
      }
      const proposed = { ...row, ...changes(ids)[table][0] }
      for (const merge of table === 'document_tags' ? [true] : [true, false]) {
        yield { op: 'upsert', table, row: proposed, merge, wanted: upsert(rights, table, proposed, merge) }
      }
      yield { op: 'delete', table, key: key(table, row), wanted: remove(rights, table, meets) }
    }
    // All at once: one row that may not be so refuses the whole. Two of the same unique label would be another matter.
    for (const set of changes(ids)[table]) {
      if (table === 'tags' || KEYS[table].some(name => name in set)) continue
      yield { op: 'update', table, key: {}, set, wanted: update(rights, table, () => true, set) }
    }
    yield { op: 'delete', table, key: {}, wanted: remove(rights, table, () => true) }
  }
}

/** What `writes` describes, as a call of the client; undone by the server. */
export function call(db, { op, table, row, key: where, set, returning = true, merge }) {
  const rows = db.from(table)
  const filtered = query => {
    let found = query
    for (const [name, value] of Object.entries(where)) found = found.eq(name, value)
    return Object.keys(where).length > 0 ? found : found.not(KEYS[table][0], 'is', null)
  }
  const answer = {
    insert: () => rows.insert(row),
    upsert: () => rows.upsert(row, { ignoreDuplicates: !merge }),
    update: () => filtered(rows.update(set)),
    delete: () => filtered(rows.delete()),
  }[op]()
  return (returning ? answer.select() : answer).rollback()
}

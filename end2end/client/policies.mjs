// Who may see and do what in an organisation of ten tables (policies.sql), through the unmodified `@supabase/supabase-js`: five
// people, the publishable and the secret key, on SQLite and on PostgreSQL. What must come is computed by a model in plain
// JavaScript (policies/model.mjs), and PostgreSQL's own row level security judges that model.
//
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/policies.mjs       (scripts/with-postgres.sh sets it)
//   TENON_BIN names the binary; ENGINES=sqlite tests one engine alone.
import assert from 'node:assert/strict'
import { KEYS, Rights } from './policies/model.mjs'
import { Eyes, reads } from './policies/reads.mjs'
import { Real } from './policies/real.mjs'
import { World } from './policies/world.mjs'
import { call, writes } from './policies/writes.mjs'

const DENIED = '42501'
let failures = 0

class Suite {
  constructor(engine) {
    Object.assign(this, { engine, passed: 0, failed: 0 })
  }

  async case(name, test) {
    try {
      await test()
      this.passed += 1
    } catch (error) {
      this.failed += 1
      failures += 1
      if (this.failed <= 20) console.log(`FAILED ${this.engine}: ${name}\n  ${error.message.replaceAll('\n', '\n  ')}`)
    }
  }

  done() {
    console.log(`${this.engine}: ${this.passed + this.failed} cases\n${this.passed} passed, ${this.failed} failed`)
  }
}

/** A row as one text, whatever the order of its columns and the spelling of its moments. */
const canonical = row => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, /_at$/.test(k) && v ? Date.parse(v) : v]))
const set = rows => rows.map(canonical).sort()

function meets(answer, { rows, code }) {
  assert.equal(answer.code, code, `expected ${code ?? 'rows'}, got ${answer.code ?? JSON.stringify(answer.rows)} ${answer.message ?? ''}`)
  if (code === undefined && answer.rows) assert.deepEqual(set(answer.rows), set(rows))
}

/** What a call of the client came to. */
const came = ({ data, error }) => (error ? { code: error.code, message: error.message } : { rows: data })

/** Every row of a table, and every way to count them. */
async function tables(suite, who, data, again = false) {
  const rights = new Rights(data, who)
  for (const table of Object.keys(KEYS)) {
    const rows = rights.seen(table)
    const wanted = rights.may(table, 'select') ? { rows } : { code: DENIED }
    await suite.case(`${who.name} reads ${table}`, async () => meets(came(await who.db.from(table).select()), wanted))
    if (again) continue
    for (const row of data[table]) {
      const key = Object.fromEntries(KEYS[table].map(name => [name, row[name]]))
      await suite.case(`${who.name} reads one of ${table} ${JSON.stringify(key)}`, async () => {
        const rows = rights.sees(table, row) ? [row] : []
        meets(came(await who.db.from(table).select().match(key)), wanted.code ? wanted : { rows })
      })
    }
    for (const count of ['exact', 'planned', 'estimated']) {
      for (const head of count === 'exact' ? [true, false] : [true]) {
        await suite.case(`${who.name} counts ${table}: ${count} ${head ? 'HEAD' : 'GET'}`, async () => {
          const answer = await who.db.from(table).select('*', { count, head })
          if (wanted.code) return assert.equal(answer.status, who.id ? 403 : 401)
          assert.equal(answer.count, rows.length)
          if (!head) meets(came(answer), wanted)
        })
      }
    }
    if (wanted.code) continue
    await suite.case(`${who.name} counts ${table} beyond the page`, async () => {
      for (const count of ['exact', 'estimated']) assert.equal((await who.db.from(table).select('*', { count }).limit(1)).count, rows.length)
    })
  }
}

async function queries(suite, who, data) {
  const rights = new Rights(data, who)
  const eyes = new Eyes(rights)
  for (const [name, needs, query, expected, total] of reads) {
    await suite.case(`${who.name}: ${name}`, async () => {
      const answer = await query(who.db)
      if (!needs.every(table => rights.may(table, 'select'))) return assert.equal(answer.error?.code, DENIED)
      assert.equal(answer.error, null, JSON.stringify(answer.error))
      const wanted = expected(eyes)
      assert.deepEqual(answer.data, wanted)
      if (answer.count !== null) assert.equal(answer.count, total ? total(eyes) : wanted.length)
    })
  }
}

const short = ({ op, table, row, key, set, merge, returning }) => `${op} ${table} ${JSON.stringify({ row, key, set, merge, returning })}`

async function attempts(suite, who, world) {
  for (const write of writes(world.rows, who, world.ids)) {
    await suite.case(`${who.name}: ${short(write)}`, async () => meets(came(await call(who.db, write)), write.wanted))
  }
}

/** Nothing that was undone has left a trace. */
async function untouched(suite, world, data, what) {
  for (const table of Object.keys(KEYS)) {
    await suite.case(`${table} ${what}`, async () => meets(came(await world.secret.from(table).select()), { rows: data[table] }))
  }
}

/** Writes that stay, after which everybody sees another world. */
async function lasting(suite, world) {
  const { lea, max, olga, otto } = world.people
  const data = structuredClone(world.rows)
  const change = (table, test, values) => data[table].filter(test).forEach(row => Object.assign(row, values))
  const steps = [
    ['a lead deletes a project softly', () => lea.client.from('projects').update({ deleted_at: '2026-03-04T05:06:07Z' }).eq('id', 101), () => change('projects', p => p.id === 101, { deleted_at: '2026-03-04T05:06:07Z' })],
    ['an author publishes', () => otto.client.from('documents').update({ state: 'published' }).eq('id', 2001), () => change('documents', d => d.id === 2001, { state: 'published' })],
    ['an owner takes somebody into a team', () => olga.client.from('team_members').insert({ team_id: 12, user_id: max.id }), () => data.team_members.push({ team_id: 12, user_id: max.id, lead: false })],
    ['somebody leaves', () => max.client.from('memberships').delete().eq('org_id', 2), () => (data.memberships = data.memberships.filter(m => m.org_id !== 2 || m.user_id !== max.id))],
    ['somebody comments on what was published', () => max.client.from('comments').insert({ id: 50, document_id: 2001, author_id: max.id, body: 'at last' }), () => data.comments.push({ id: 50, document_id: 2001, author_id: max.id, body: 'at last', internal: false })],
    ['an author removes a stranger’s comment', () => max.client.from('comments').delete().eq('id', 2), () => (data.comments = data.comments.filter(c => c.id !== 2))],
  ]
  for (const [name, step, apply] of steps) {
    await suite.case(name, async () => {
      const { error } = await step()
      assert.equal(error, null, JSON.stringify(error))
      apply()
    })
  }
  for (const who of world.everybody()) {
    await tables(suite, who, data, true)
    await queries(suite, who, data)
  }
}

async function judge(people, rows, ids) {
  const suite = new Suite('PostgreSQL itself')
  const real = await Real.create(rows)
  try {
    const asked = people.flatMap(who => {
      const rights = new Rights(rows, who)
      const selects = Object.keys(KEYS).map(table => ({ op: 'select', table, wanted: rights.may(table, 'select') ? { rows: rights.seen(table) } : { code: DENIED } }))
      return [...selects, ...writes(rows, who, ids)].map(write => ({ who, write }))
    })
    const answers = await real.run(asked)
    for (const [at, { who, write }] of asked.entries()) await suite.case(`${who.name}: ${short(write)}`, () => meets(answers[at], write.wanted))
  } finally {
    await real.drop()
  }
  suite.done()
}

async function run(engine) {
  const suite = new Suite(engine)
  const world = await World.create(engine)
  try {
    for (const who of world.everybody()) {
      await tables(suite, who, world.rows)
      await queries(suite, who, world.rows)
      await attempts(suite, who, world)
    }
    await untouched(suite, world, world.rows, 'is as before')
    if (engine === 'postgres') await judge(world.everybody(), world.rows, world.ids)
    await lasting(suite, world)
  } finally {
    await world.end()
  }
  suite.done()
}

await Promise.all((process.env.ENGINES ?? 'sqlite,postgres').split(',').map(run))
process.exitCode = failures > 0 ? 1 : 0

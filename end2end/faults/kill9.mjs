// Kills the server with SIGKILL amid 64 concurrent writers, again and again, and looks whether every acknowledged
// write is there and nothing is half-written.   node kill9.mjs [--rounds 100] [--engine sqlite|postgres|both]
import { parseArgs } from 'node:util'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { psql, rest, Server, sqlite, Store } from '../lib/server.mjs'

const WRITERS = 64
const ROWS_PER_BATCH = 5
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, engine: { type: 'string', default: 'both' } } })
const rounds = Number(options.rounds)

const SCHEMA = `
create table writes (id bigint primary key, batch bigint not null, version integer not null default 0);
create index on writes (batch);`

/** What the clients were told, and what they asked without an answer. */
class Ledger {
  next = 0
  inserted = new Map() // batch → number of rows
  updated = new Map() // id → version that was acknowledged last
  deleted = new Set()
  unanswered = 0
  acknowledged = 0
  ids = batch => Array.from({ length: ROWS_PER_BATCH }, (_, i) => batch * ROWS_PER_BATCH + i)
}

/** One client: inserts a batch of rows, updates its first row twice, deletes its last, until the server is gone. */
async function writer(call, ledger) {
  const ask = async (...request) => {
    const answer = await call(...request)
    await answer.text()
    if (answer.status >= 500 && answer.status !== 503) throw new Error(`the server answered ${answer.status}`)
    if (answer.ok) ledger.acknowledged += 1
    return answer.ok
  }
  for (;;) {
    const batch = (ledger.next += 1)
    const ids = ledger.ids(batch)
    try {
      if (!(await ask('POST', 'writes', ids.map(id => ({ id, batch }))))) continue
      ledger.inserted.set(batch, ids.length)
      for (const version of [1, 2]) if (await ask('PATCH', `writes?id=eq.${ids[0]}`, { version })) ledger.updated.set(ids[0], version)
      if (await ask('DELETE', `writes?id=eq.${ids.at(-1)}`)) ledger.deleted.add(ids.at(-1))
    } catch (error) {
      if (!(error instanceof TypeError)) throw error // fetch's word for a lost connection
      ledger.unanswered += 1
      return
    }
  }
}

async function round(store, key, ledger) {
  const server = await Server.start(store)
  const writers = Array.from({ length: WRITERS }, () => writer(rest(server.url, key), ledger))
  await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 400))
  await server.stop('SIGKILL')
  await Promise.all(writers)
}

async function read(store) {
  const sql = 'select id, batch, version from writes'
  const [text, integrity] = store.engine === 'sqlite'
    ? [await sqlite(store.dir, sql), await sqlite(store.dir, 'pragma integrity_check')]
    : [await psql(store.url, sql), 'ok']
  const lines = text.split('\n').filter(Boolean).map(line => line.split('|').map(Number))
  return { integrity, rows: lines.map(([id, batch, version]) => ({ id, batch, version })) }
}

/** Every way in which what was found can break a promise. */
function judge(ledger, found) {
  const byId = new Map(found.map(row => [row.id, row]))
  const batches = groupBy(found, row => row.batch)
  const wrong = []
  for (const batch of ledger.inserted.keys())
    for (const id of ledger.ids(batch).slice(0, -1)) if (!byId.has(id)) wrong.push(`row ${id} was acknowledged and is lost`)
  for (const [id, version] of ledger.updated)
    if ((byId.get(id)?.version ?? -1) < version) wrong.push(`version ${version} of row ${id} was acknowledged and is lost`)
  for (const id of ledger.deleted) if (byId.has(id)) wrong.push(`the deletion of row ${id} was acknowledged and is lost`)
  for (const [batch, rows] of batches) {
    const have = new Set(rows.map(row => row.id))
    // The last row may have been deleted, all others must be there.
    const whole = ledger.ids(batch).slice(0, -1).every(id => have.has(id))
    if (!whole) wrong.push(`batch ${batch} is half there: ${[...have].join(', ')}`)
  }
  return wrong
}

function groupBy(list, key) {
  const groups = new Map()
  for (const item of list) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

async function trial(engine) {
  const store = await Store.create(engine)
  try {
    const file = path.join(store.dir, 'schema.sql')
    await writeFile(file, SCHEMA)
    await store.cli(['migrate', file])
    const { secret } = await store.keys()
    const ledger = new Ledger()
    let found = { rows: [], integrity: 'ok' }
    for (let number = 1; number <= rounds; number += 1) {
      await round(store, secret, ledger)
      if (number % 10 === 0 || number === rounds) {
        // A last start: the database opens by itself, and what is found is what it serves.
        await (await Server.start(store)).stop()
        found = await read(store)
        const wrong = judge(ledger, found.rows)
        if (found.integrity !== 'ok') wrong.push(`integrity_check: ${found.integrity}`)
        console.log(`${engine}: after ${number} kills: ${ledger.acknowledged} writes acknowledged, ${ledger.unanswered} unanswered, ` +
          `${ledger.inserted.size * ROWS_PER_BATCH} rows acknowledged and ${ledger.deleted.size} of them deleted again, ${found.rows.length} found, integrity ${found.integrity}, ${wrong.length} wrong`)
        if (wrong.length) {
          console.log(wrong.slice(0, 20).join('\n'))
          return false
        }
      }
    }
    if (!ledger.acknowledged) console.log(`${engine}: no write was ever acknowledged`)
    return ledger.acknowledged > 0
  } finally {
    await store.drop()
  }
}

const engines = options.engine === 'both' ? ['sqlite', 'postgres'] : [options.engine]
let failed = 0
for (const engine of engines) if (!(await trial(engine))) failed += 1
console.log(`${engines.length - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0

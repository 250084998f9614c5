// The unmodified `@supabase/supabase-js` against one instance on SQLite and one on PostgreSQL: every call must give what it
// should on both, and the same bytes on both.
//
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/run.mjs          (scripts/with-postgres.sh sets it)
//   TENON_BIN names the binary; --verbose prints every exchange.
import path from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { Server, Store } from '../lib/server.mjs'
import { cases } from './rest.mjs'

const verbose = process.argv.includes('--verbose')

/** One instance with its clients. What the wire carried last is in `last`. */
async function instance(engine) {
  const store = await Store.create(engine)
  const it = { engine, store, last: undefined }
  try {
    await store.cli(['migrate', path.join(import.meta.dirname, 'schema.sql')])
    await store.cli(['migrate', path.join(import.meta.dirname, 'access.sql')])
    it.server = await Server.start(store)
    const keys = await store.keys()
    const record = async (url, options) => {
      const response = await fetch(url, options)
      const body = await response.clone().text()
      it.last = { url, method: options?.method ?? 'GET', status: response.status, range: response.headers.get('content-range'), body }
      return response
    }
    // Node before 22 has no WebSocket, which the client wants to see even if nothing listens.
    const realtime = { transport: globalThis.WebSocket ?? class {} }
    const client = key => createClient(it.server.url, key, { global: { fetch: record }, realtime, auth: { persistSession: false, autoRefreshToken: false } })
    it.clients = { db: client(keys.secret), open: client(keys.publishable), wrong: client(`${keys.secret}x`) }
    return it
  } catch (error) {
    await end(it)
    throw error
  }
}

async function end(it) {
  await it.server?.stop()
  await it.store.drop()
}

/** Makes a call; returns what the wire carried, or throws what was wrong with it. */
async function check(it, call, wanted) {
  it.last = undefined
  const result = await call(it.clients)
  const { last } = it
  if (wanted.code !== undefined) {
    if (result.error?.code !== wanted.code) throw new Error(`expected error ${wanted.code}, got ${last.status} ${last.body}`)
  } else if (result.error && !(wanted.status >= 400) && (wanted.data || wanted.count || wanted.status)) {
    throw new Error(`unexpected error ${last.status} ${last.body}`)
  }
  if (wanted.status !== undefined && last.status !== wanted.status) throw new Error(`expected status ${wanted.status}, got ${last.status} ${last.body}`)
  if (wanted.count !== undefined && result.count !== wanted.count) throw new Error(`expected count ${wanted.count}, got ${result.count}`)
  if (wanted.range !== undefined && last.range !== wanted.range) throw new Error(`expected range ${wanted.range}, got ${last.range}`)
  wanted.data?.(result.data)
  return last
}

const instances = []
let [passed, failed] = [0, 0]
try {
  instances.push(await instance('sqlite'))
  instances.push(await instance('postgres'))
  for (const [name, call, wanted] of cases) {
    const problems = []
    const exchanges = []
    for (const it of instances) {
      try {
        exchanges.push(await check(it, call, wanted))
      } catch (error) {
        problems.push(`${it.engine}: ${error.message}`)
        exchanges.push(it.last)
      }
    }
    const [a, b] = exchanges.map(e => JSON.stringify([e?.status, wanted.varies ? '' : e?.range, e?.body]))
    if (a !== b) problems.push(`the engines differ:\n    sqlite   ${a}\n    postgres ${b}`)
    if (verbose) console.log(`${name}\n  ${exchanges[0]?.method} ${exchanges[0]?.url}\n  ${a}`)
    if (problems.length === 0) passed += 1
    else {
      failed += 1
      console.log(`FAILED ${name}\n  ${problems.join('\n  ')}`)
    }
  }
} finally {
  await Promise.all(instances.map(end))
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

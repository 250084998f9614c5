// Fills the disk under a running server: writes must be refused clearly, reads go on, and once there is space again
// writes must work by themselves. Needs root, for a small file system of its own.   node disk-full.mjs [--megabytes 24]
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { rest, Server, sqlite, Store } from '../lib/server.mjs'

const { values: options } = parseArgs({ options: { megabytes: { type: 'string', default: '24' } } })
const checks = { passed: 0, failed: 0 }
function check(what, ok, seen) {
  checks[ok ? 'passed' : 'failed'] += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}${seen === undefined ? '' : `: ${seen}`}`)
}

const store = await Store.create('sqlite')
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${options.megabytes}m`, 'tenon-disk-full', store.dir])
let server
try {
  // The ballast is what somebody removes when the disk is full.
  const ballast = path.join(store.dir, 'ballast')
  writeFileSync(ballast, Buffer.alloc(8 << 20))
  const schema = path.join(store.dir, 'schema.sql')
  writeFileSync(schema, 'create table notes (id bigint primary key, body text not null);')
  await store.cli(['migrate', schema])
  const { secret } = await store.keys()
  server = await Server.start(store)
  const call = rest(server.url, secret)
  const body = 'x'.repeat(200_000)

  const acknowledged = []
  let refusal
  for (let id = 1; id <= 10_000 && !refusal; id += 1) {
    const answer = await call('POST', 'notes', { id, body })
    if (answer.ok) acknowledged.push(id)
    else refusal = { status: answer.status, body: await answer.json() }
  }
  check('the disk was filled', refusal !== undefined && acknowledged.length > 10, `${acknowledged.length} writes acknowledged`)
  check('a write is refused clearly', refusal?.status === 507 || refusal?.status === 503, JSON.stringify(refusal))
  check('the refusal names its reason', /disk|space|full/i.test(`${refusal?.body.message} ${refusal?.body.details} ${refusal?.body.hint}`))

  const again = await call('POST', 'notes', { id: 20_000, body })
  check('the next write is refused too', again.status === refusal?.status, again.status)
  const ids = async () => (await (await call('GET', 'notes?select=id&order=id')).json()).map(row => row.id)
  check('reads go on, and see every acknowledged write', String(await ids()) === String(acknowledged))
  check('the process lives', (await fetch(`${server.url}/healthz`)).ok)

  rmSync(ballast)
  const later = await call('POST', 'notes', { id: 30_000, body: 'after' })
  check('with space again a write works by itself', later.ok, later.status)
  check('all acknowledged writes are there', String(await ids()) === String([...acknowledged, 30_000]))
  await server.stop()
  const integrity = await sqlite(store.dir, 'pragma integrity_check')
  check('the database is whole', integrity === 'ok', integrity)
} finally {
  await server?.stop('SIGKILL')
  execFileSync('umount', [store.dir])
  await store.drop()
}
console.log(`${checks.passed} passed, ${checks.failed} failed`)
process.exitCode = checks.failed ? 1 : 0

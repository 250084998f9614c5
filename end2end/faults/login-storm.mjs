// Wrong passwords from many addresses against a few accounts: none may get in, their owners must, and the rest of the server
// must not notice. Then whether the time of an answer tells who has an account.
//   node login-storm.mjs [--attempts 10000] [--accounts 100] [--samples 200] [--engine sqlite|postgres]
import { parseArgs } from 'node:util'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { rest, Server, Store } from '../lib/server.mjs'
import { mannWhitney, quantile } from '../lib/statistics.mjs'

const option = value => ({ type: 'string', default: value })
const { values: options } = parseArgs({ options: { attempts: option('10000'), accounts: option('100'), samples: option('200'), engine: option('sqlite') } })
const [ATTEMPTS, ACCOUNTS, SAMPLES] = [options.attempts, options.accounts, options.samples].map(Number)
const ATTACKERS = 48
/** How long the owner of an account tries before they give up. */
const PATIENCE = 15_000

const email = n => `owner-${n}@example.test`
const password = n => `the right phrase of owner ${n}`
/** An address of the net for each number, the same for the same. */
const address = (network, n) => `${network}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
const wait = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Signs in as somebody behind the proxy; status and milliseconds. */
async function signIn(server, key, from, who, secret) {
  const started = performance.now()
  const answer = await fetch(`${server.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ email: who, password: secret }),
  })
  const text = await answer.text()
  return { status: answer.status, time: performance.now() - started, text }
}

/** Latencies of reads of a record, one after the other, until `over` says so. */
async function reads(call, over) {
  const times = []
  while (!over()) {
    const started = performance.now()
    const answer = await call('GET', 'notes?id=eq.1')
    await answer.text()
    if (!answer.ok) throw new Error(`a read was refused: ${answer.status}`)
    times.push(performance.now() - started)
    await wait(10)
  }
  return times
}

/** Every attempt with another password, from one of many addresses, against the accounts in turn. */
async function storm(server, key, tally) {
  let next = 0
  const attacker = async () => {
    while (next < ATTEMPTS) {
      const n = (next += 1)
      const { status, text } = await signIn(server, key, address(10, n % Math.ceil(ATTEMPTS / 4)), email(n % ACCOUNTS), `a guess ${n}`)
      tally[status] = (tally[status] ?? 0) + 1
      if (text.includes('access_token')) tally.in += 1
    }
  }
  await Promise.all(Array.from({ length: ATTACKERS }, attacker))
}

/** The owner of an account comes from their own address; how long until they were in, or undefined. */
async function owner(server, key, n, tally) {
  const started = performance.now()
  while (performance.now() - started < PATIENCE) {
    const { status } = await signIn(server, key, address(172, n), email(n), password(n))
    if (status === 200) return performance.now() - started
    tally[status] = (tally[status] ?? 0) + 1
    await wait(500)
  }
  return undefined
}

const ms = value => `${value.toFixed(1)} ms`
const spread = times => `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))} (${times.length} requests)`

const problems = []
const store = await Store.create(options.engine)
let server
try {
  const schema = path.join(store.dir, 'storm.sql')
  await writeFile(schema, 'create table notes (id bigint primary key, title text);')
  await store.cli(['migrate', schema])
  await store.cli(['settings', 'set', 'auth.email_autoconfirm', 'true'])
  const keys = await store.keys()
  server = await Server.start(store, {}, ['--trusted-proxies', '127.0.0.1'])
  for (let n = 0; n < ACCOUNTS; n += 1) {
    const answer = await fetch(`${server.url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: keys.publishable, 'content-type': 'application/json', 'x-forwarded-for': address(172, n) },
      body: JSON.stringify({ email: email(n), password: password(n) }),
    })
    if (!answer.ok) throw new Error(`making an account: ${answer.status} ${await answer.text()}`)
  }

  // In turn, so that whatever else happens on the machine happens to both.
  const [existing, missing] = [[], []]
  for (let n = 0; n < SAMPLES + 10; n += 1) {
    const pair = [
      async () => existing.push((await signIn(server, keys.publishable, address(11, n), email(n % ACCOUNTS), 'a wrong one')).time),
      async () => missing.push((await signIn(server, keys.publishable, address(12, n), `nobody-${n}@example.test`, 'a wrong one')).time),
    ]
    for (const one of n % 2 ? pair : pair.reverse()) await one()
  }
  const [a, b] = [existing.slice(10), missing.slice(10)]
  const { z, p } = mannWhitney(a, b)
  console.log(`existing accounts  median ${ms(quantile(a, 0.5))}, missing accounts ${ms(quantile(b, 0.5))}, n = ${a.length} each`)
  console.log(`Mann-Whitney       z = ${z.toFixed(2)}, p = ${p.toFixed(3)}${p < 0.01 ? ' (they differ)' : ' (no difference seen)'}`)

  const call = rest(server.url, keys.secret)
  await call('POST', 'notes', { id: 1, title: 'a note' })
  const until = Date.now() + 3000
  const quiet = await reads(call, () => Date.now() > until)
  let over = false
  const [tally, refused, waits] = [{ in: 0 }, {}, []]
  const reading = reads(call, () => over)
  const started = performance.now()
  const storming = storm(server, keys.publishable, tally).finally(() => (over = true))
  for (let n = 0; n < ACCOUNTS && !over; n += 1) waits.push(await owner(server, keys.publishable, n, refused))
  const during = waits.length
  await storming
  const seconds = (performance.now() - started) / 1000
  const busy = await reading
  for (let n = 0; n < ACCOUNTS; n += 1) waits.push(await owner(server, keys.publishable, n, refused))

  const got = waits.filter(time => time !== undefined)
  console.log(`${ATTEMPTS} wrong passwords against ${ACCOUNTS} accounts in ${seconds.toFixed(0)} s: answers ${JSON.stringify(tally)}`)
  console.log(`owners             ${got.length} of ${waits.length} got in (${during} during the storm), after ${spread(got)}; refused meanwhile ${JSON.stringify(refused)}`)
  console.log(`reads before       ${spread(quiet)}`)
  console.log(`reads during       ${spread(busy)}`)
  if (tally.in) problems.push(`${tally.in} wrong passwords got in`)
  if (got.length < waits.length) problems.push(`${waits.length - got.length} owners did not get in within ${PATIENCE / 1000} s`)
  const strange = Object.keys(tally).filter(status => !['in', '400', '429', '503'].includes(status))
  if (strange.length) problems.push(`attackers were answered ${strange.join(', ')}`)
  if (during === 0) problems.push('no owner came during the storm')
} finally {
  await server?.stop()
  await store.drop()
}
for (const problem of problems) console.log(`FAILED ${problem}`)
const checks = 4
console.log(`${checks - problems.length} passed, ${problems.length} failed`)
process.exitCode = problems.length > 0 ? 1 : 0

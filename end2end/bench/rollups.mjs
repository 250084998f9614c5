// Rollups over all flights by carrier: how long the import takes that keeps them, and a page filtered and sorted by them.
// By itself: node end2end/bench/rollups.mjs   (TENON_BIN, TENON_BENCH_FLIGHTS and BENCH_ENGINE as for run.mjs)
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { rest, Server, Store } from '../lib/server.mjs'
import * as flights from './flights.mjs'

const ROLLUPS = [
  ['flights', 'bigint', 'count(*)', 'true'],
  ['late', 'bigint', 'count(*)', 'f.dep_delay > 60'],
  ['air_time', 'bigint', 'sum(f.air_time)', 'f.arr_delay is not null'],
  ['delay', 'numeric', 'avg(f.dep_delay)', 'f.arr_delay is not null'],
]
const column = (name, type, value, condition, kind) =>
  `add column ${name} ${type} generated always as ((select ${value} from flights f where f.carrier = carriers.code and ${condition})) ${kind}`
const SCHEMA = `create table carriers (code text primary key);
${flights.SCHEMA}
create index flights_carrier on flights (carrier);
alter table carriers
  ${ROLLUPS.map(rollup => column(...rollup, 'stored')).join(',\n  ')},
  ${ROLLUPS.map(([name, ...rest]) => column(`${name}_now`, ...rest, 'virtual')).join(',\n  ')};
`
const page = end => `carriers?select=code,${ROLLUPS.map(([name]) => `${name}:${name}${end}`).join(',')}&late${end}=gt.100&order=delay${end}.desc,code&limit=10&offset=2`

/** Milliseconds of the first and the second request, and the median of some. */
async function times(call, address, count) {
  const times = []
  let body
  for (let i = 0; i < count; i += 1) {
    const started = performance.now()
    const answer = await call('GET', address)
    body = await answer.text()
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${body}`)
    times.push(performance.now() - started)
  }
  return { body, first: times[0], second: times[1], median: [...times].sort((a, b) => a - b)[Math.floor(count / 2)] }
}

/** Imports all flights into tables with rollups, and reads by them; milliseconds and rows a second. */
export async function measure(engine, csv) {
  const store = await Store.create(engine)
  let server
  try {
    const schema = path.join(store.dir, 'rollups.sql')
    writeFileSync(schema, SCHEMA)
    await store.cli(['migrate', schema])
    server = await Server.start(store)
    const call = rest(server.url, (await store.keys()).secret)
    const carriers = await call('POST', 'carriers', flights.CARRIERS.map(code => ({ code })))
    if (!carriers.ok) throw new Error(await carriers.text())
    await server.stop()
    let file = csv
    if (!file) await flights.write((file = path.join(store.dir, 'flights.csv')))
    const started = performance.now()
    await store.cli(['import', 'flights', file, '--null', 'NA'])
    const seconds = (performance.now() - started) / 1000
    server = await Server.start(store)
    const kept = await times(rest(server.url, (await store.keys()).secret), page(''), 30)
    const computed = await times(rest(server.url, (await store.keys()).secret), page('_now'), 5)
    if (kept.body !== computed.body) throw new Error(`what is kept differs from what is computed:\n${kept.body}\n${computed.body}`)
    const late = performance.now()
    const change = await rest(server.url, (await store.keys()).secret)('PATCH', 'flights?id=eq.77', { dep_delay: 500 })
    if (!change.ok) throw new Error(await change.text())
    return { rate: flights.ROWS / seconds, kept, computed, write: performance.now() - late }
  } finally {
    await server?.stop()
    await store.drop()
  }
}

if (process.argv[1] === import.meta.filename) {
  const { rate, kept, computed, write } = await measure(process.env.BENCH_ENGINE ?? 'sqlite', process.env.TENON_BENCH_FLIGHTS)
  const ms = ({ first, second, median }) => `${first.toFixed(1)} ms, then ${second.toFixed(1)} ms, median ${median.toFixed(1)} ms`
  console.log(`import that keeps four rollups   ${rate.toFixed(0)} rows/s`)
  console.log(`a page by kept rollups           ${ms(kept)}`)
  console.log(`a page by computed rollups       ${ms(computed)}`)
  console.log(`a change of one flight           ${write.toFixed(1)} ms`)
}

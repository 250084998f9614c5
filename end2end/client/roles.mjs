// What an application's own roles may do, down to columns (roles.sql), through the unmodified `@supabase/supabase-js`: a user of
// each role and the publishable key, on SQLite and on PostgreSQL. PostgreSQL's own roles say what must come of every question.
//
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/roles.mjs          (scripts/with-postgres.sh sets it)
//   TENON_BIN names the binary; ENGINES=sqlite tests one engine alone.
import assert from 'node:assert/strict'
import path from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { Server, Store } from '../lib/server.mjs'
import { Judge } from './roles/judge.mjs'
import { reads, rows, writes } from './roles/questions.mjs'

const ROLES = ['authenticated', 'author', 'editor', 'reviewer', 'accountant', 'guest']
const PASSWORD = 'correct horse battery staple'
let failures = 0

const asked = ['anon', ...ROLES].flatMap(role => [
  ...reads.map(([name, call, sql]) => ({ role, name, call, sql })),
  ...writes.map(([name, call, sql]) => ({ role, name, call: db => call(db).rollback(), sql })),
])

class World {
  constructor(engine) {
    Object.assign(this, { engine, clients: {} })
  }

  client(key) {
    const realtime = { transport: globalThis.WebSocket ?? class {} }
    return createClient(this.server.url, key, { realtime, auth: { persistSession: false, autoRefreshToken: false } })
  }

  async start() {
    this.store = await Store.create(this.engine)
    await this.store.cli(['migrate', path.join(import.meta.dirname, 'roles.sql')])
    this.server = await Server.start(this.store)
    this.keys = await this.store.keys()
    this.secret = this.client(this.keys.secret)
    this.clients.anon = this.client(this.keys.publishable)
    for (const role of ROLES) this.clients[role] = await this.person(role)
    for (const [table, all] of Object.entries(rows)) assert.equal((await this.secret.from(table).insert(all)).error, null)
  }

  /** A user who gets a role after they were made, as an administrator gives it. */
  async person(role) {
    const email = `${role}@example.test`
    const made = await this.secret.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true })
    assert.equal(made.error, null)
    const changed = await this.secret.auth.admin.updateUserById(made.data.user.id, { role })
    assert.equal(changed.data.user.role, role)
    const client = this.client(this.keys.publishable)
    const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD })
    assert.equal(error, null)
    assert.equal(data.user.role, role)
    return client
  }

  async end() {
    await this.server?.stop()
    await this.store?.drop()
  }
}

function meets({ data, error, count }, wanted) {
  assert.equal(error?.code, wanted.code, `expected ${wanted.code ?? JSON.stringify(wanted.answer)}, got ${error ? `${error.code} ${error.message}` : JSON.stringify(data)}`)
  if (wanted.code || wanted.answer === undefined) return
  if ('count' in wanted.answer) return assert.equal(count, wanted.answer.count)
  assert.deepEqual(data, wanted.answer)
}

async function run(engine, wanted) {
  const world = new World(engine)
  let [passed, failed] = [0, 0]
  const test = async (name, check) => {
    try {
      await check()
      passed += 1
    } catch (error) {
      failed += 1
      failures += 1
      if (failed <= 20) console.log(`FAILED ${engine}: ${name}\n  ${error.message.replaceAll('\n', '\n  ')}`)
    }
  }
  try {
    await world.start()
    for (const [at, { role, name, call }] of asked.entries()) {
      // A failure of a HEAD has no body to tell its code.
      await test(`${role}: ${name}`, async () => {
        const answer = await call(world.clients[role])
        const expected = wanted[at]
        if (expected.code && answer.error && !answer.error.code) return assert.ok([401, 403].includes(answer.status), `status ${answer.status}`)
        meets(answer, expected)
      })
    }
    for (const [table, all] of Object.entries(rows)) {
      await test(`${table} is as before`, async () => assert.deepEqual((await world.secret.from(table).select()).data, all))
    }
    await test('an unknown role is nobody', async () => {
      const { data, error } = await world.secret.auth.admin.updateUserById((await world.clients.editor.auth.getUser()).data.user.id, { role: 'nobody' })
      assert.equal(data.user, null)
      assert.equal(error.code, 'validation_failed')
    })
  } finally {
    await world.end()
  }
  console.log(`${engine}: ${passed + failed} cases\n${passed} passed, ${failed} failed`)
}

const judge = await Judge.create()
try {
  const wanted = await judge.answers(asked)
  const refused = wanted.filter(answer => answer.code).length
  console.log(`PostgreSQL itself: ${wanted.length} questions, ${refused} refused`)
  assert.ok(refused > 80 && wanted.length - refused > 80, 'the questions tell roles apart')
  await Promise.all((process.env.ENGINES ?? 'sqlite,postgres').split(',').map(engine => run(engine, wanted)))
} finally {
  await judge.drop()
}
process.exitCode = failures > 0 ? 1 : 0

// One instance with the organisation of ../policies.sql, its people signed in, and its rows.
import path from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { Server, Store } from '../../lib/server.mjs'
import { GRANTS, rows } from './model.mjs'

export const PASSWORD = 'correct horse battery staple'
/** Who is who: what the backend's own code writes into their tokens. */
export const PEOPLE = { olga: {}, lea: {}, max: {}, otto: {}, aud: { role: 'auditor' } }

export class World {
  static async create(engine, { migrations = [path.join(import.meta.dirname, '../policies.sql')] } = {}) {
    const world = new World()
    world.engine = engine
    try {
      world.store = await Store.create(engine)
      for (const file of migrations) await world.store.cli(['migrate', file])
      world.keys = await world.store.keys()
      world.server = await Server.start(world.store)
      world.url = world.server.url
      world.secret = world.client(world.keys.secret)
      world.anon = world.client(world.keys.publishable)
      world.people = {}
      for (const [name, app] of Object.entries(PEOPLE)) world.people[name] = await world.person(name, app)
      world.ids = Object.fromEntries(Object.entries(world.people).map(([name, { id }]) => [name, id]))
      world.rows = rows(world.ids)
      for (const [table, all] of Object.entries(world.rows)) {
        const { error } = await world.secret.from(table).insert(all)
        if (error) throw new Error(`${table}: ${error.message}`)
      }
      return world
    } catch (error) {
      await world.end()
      throw error
    }
  }

  client(key) {
    const wire = []
    const record = async (url, options) => {
      const response = await fetch(url, options)
      wire.push({ method: options?.method ?? 'GET', url: String(url), status: response.status, headers: response.headers, body: await response.clone().text() })
      return response
    }
    const realtime = { transport: globalThis.WebSocket ?? class {} }
    const client = createClient(this.url, key, { global: { fetch: record }, realtime, auth: { persistSession: false, autoRefreshToken: false } })
    return Object.assign(client, { last: () => wire.at(-1) })
  }

  /** A user with a password, signed in. */
  async person(name, app = {}) {
    const email = `${name}@example.test`
    const made = await this.secret.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true, app_metadata: app })
    if (made.error) throw made.error
    const client = this.client(this.keys.publishable)
    const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD })
    if (error) throw error
    return { name, id: data.user.id, email, client, session: data.session, auditor: app.role === 'auditor' }
  }

  /** Everybody who asks: five people, the publishable key, the secret key. */
  everybody() {
    const people = Object.values(this.people).map(p => ({ name: p.name, id: p.id, auditor: p.auditor, grants: GRANTS.authenticated, db: p.client }))
    return [
      ...people,
      { name: 'publishable', id: null, grants: GRANTS.anon, db: this.anon },
      { name: 'secret', id: null, all: true, db: this.secret },
    ]
  }

  /** A request that no client makes. */
  async raw(who, method, pathAndQuery, { body, headers = {} } = {}) {
    const key = who === 'secret' ? this.keys.secret : this.keys.publishable
    const token = this.people[who]?.session.access_token
    const answer = await fetch(`${this.url}/rest/v1/${pathAndQuery}`, {
      method,
      headers: { apikey: key, ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await answer.text()
    const json = /^[[{]/.test(text) ? JSON.parse(text) : undefined
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text, json, code: json?.code }
  }

  async end() {
    await this.server?.stop()
    await this.store?.drop()
  }
}

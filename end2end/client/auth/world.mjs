// One instance with everything around it that sign-in needs: a mail server, an OpenID Connect provider, an application.
import { createClient } from '@supabase/supabase-js'
import { Browser } from '../../lib/browser.mjs'
import { Mailbox } from '../../lib/mail.mjs'
import { CLIENT, Idp } from '../../lib/oidc.mjs'
import { Server, Store } from '../../lib/server.mjs'
import { good } from './check.mjs'

/** Where the application is that people are sent back to. */
export const APP = 'http://app.example.test'
export const PASSWORD = 'correct horse battery staple'

// Longer than a running instance takes to see what another process changed.
const SETTLED = 1500

let people = 0

/** A storage of the client's that keeps everything in memory, as one browser tab does. */
const memory = () => {
  const kept = new Map()
  return { getItem: name => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value), removeItem: name => void kept.delete(name) }
}

export class World {
  static async create(engine, { serverOptions = [] } = {}) {
    const world = new World()
    world.engine = engine
    try {
      world.store = await Store.create(engine)
      world.keys = await world.store.keys()
      world.mailbox = await Mailbox.start()
      await world.set(world.defaults(), false)
      world.server = await Server.start(world.store, {}, serverOptions)
      world.url = world.server.url
      world.idp = await Idp.start([`${world.url}/auth/v1/callback`])
      for (const name of ['acme', 'keycloak']) await world.addProvider(name, world.idp.issuer)
      return world
    } catch (error) {
      await world.end()
      throw error
    }
  }

  defaults() {
    return {
      'mail.smtp_host': '127.0.0.1',
      'mail.smtp_port': this.mailbox.port,
      'mail.smtp_tls': 'none',
      'auth.site_url': APP,
      'auth.redirect_urls': ['http://*.example.test/**'],
      'auth.allow_anonymous': true,
      'auth.email_interval': 0,
    }
  }

  /** Changes settings as an owner does at the command line, and waits until the running instance has them. */
  async set(values, wait = true) {
    for (const [name, value] of Object.entries(values)) {
      await this.store.cli(['settings', 'set', name, typeof value === 'string' ? value : JSON.stringify(value)])
    }
    if (wait) await new Promise(resolve => setTimeout(resolve, SETTLED))
  }

  /** Runs `work` with other settings, and sets them back. */
  async with(values, before, work) {
    await this.set(values)
    try {
      return await work()
    } finally {
      await this.set(before)
    }
  }

  async addProvider(name, issuer) {
    const definition = { name, label: 'Acme', enabled: true, kind: 'oidc', issuer, client_id: CLIENT.id, client_secret: CLIENT.secret, scopes: ['openid', 'email', 'profile'], pkce: true }
    const text = JSON.stringify(definition).replaceAll("'", "''")
    await this.store.sql(`insert into _tenon_providers (name, definition, updated_at) values ('${name}', '${text}', '2026-01-01T00:00:00.000000Z')`)
  }

  /** A new client of the application, as in a browser of its own. */
  client(auth = {}, { key = this.keys.publishable, headers = {} } = {}) {
    const wire = []
    const record = async (url, options) => {
      const response = await fetch(url, options)
      wire.push({ method: options?.method ?? 'GET', url: String(url), sent: options?.body, status: response.status, headers: response.headers, body: await response.clone().text() })
      return response
    }
    const realtime = { transport: globalThis.WebSocket ?? class {} }
    const supabase = createClient(this.url, key, {
      global: { fetch: record, headers },
      realtime,
      auth: { storage: memory(), autoRefreshToken: false, experimental: { recoveryCodes: true }, ...auth },
    })
    return Object.assign(supabase, { wire, last: () => wire.at(-1) })
  }

  /** A client with the secret key. */
  admin() {
    return this.client({ persistSession: false }, { key: this.keys.secret }).auth.admin
  }

  /** An address that nobody used before. */
  address(name = 'ada') {
    return `${name}-${(people += 1)}@example.test`
  }

  /** A confirmed user with a password, signed in at a client of their own. */
  async person(name, options) {
    const email = this.address(name)
    good(await this.client().auth.signUp({ email, password: PASSWORD }))
    good(await this.client().auth.verifyOtp({ email, token: (await this.mailbox.next(email)).code, type: 'signup' }))
    const client = this.client(options)
    const { session, user } = good(await client.auth.signInWithPassword({ email, password: PASSWORD }))
    return { email, client, auth: client.auth, id: user.id, session }
  }

  browser() {
    return new Browser()
  }

  /** A request to the API of sign-in that no client makes. */
  async call(method, path, { token, body, headers } = {}) {
    const answer = await fetch(`${this.url}/auth/v1${path}`, {
      method,
      redirect: 'manual',
      headers: { apikey: this.keys.publishable, ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined }
  }

  async end() {
    await this.server?.stop()
    await this.idp?.stop()
    await this.mailbox?.stop()
    await this.store?.drop()
  }
}

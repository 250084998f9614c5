// What every browser test gets: a server with an empty store of its own, and a page on which any complaint of the
// browser (a console error, an uncaught exception, a hydration mismatch) fails the test.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test as base, expect } from '@playwright/test'
import { Server, Store } from '../lib/server.mjs'

export { expect }
export const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }

// Tracing runs a script of its own in every frame, which the sandbox of a mail's preview refuses.
const HARMLESS = "because the document's frame is sandboxed"

export const test = base.extend({
  engine: ['sqlite', { option: true }],
  /** What a test expects the browser to complain about: texts of console messages to let pass. */
  allowed: [[], { option: true }],
  /** Settings that the instance starts with. */
  settings: [{}, { option: true }],
  /** The name that the browser calls the instance by. */
  host: ['127.0.0.1', { option: true }],
  /** Variables of the server's environment; a fixture of a test may make them. */
  env: [{}, { option: true }],

  store: async ({ engine, settings }, use) => {
    const store = await Store.create(engine)
    for (const [name, value] of Object.entries(settings)) {
      await store.cli(['settings', 'set', name, typeof value === 'string' ? value : JSON.stringify(value)])
    }
    await use(store)
    await store.drop()
  },

  server: async ({ store, env, host }, use) => {
    const server = await Server.start(store, env, [], host)
    await use(server)
    await server.stop()
  },

  baseURL: async ({ server }, use) => use(server.url),

  context: async ({ context, allowed, javaScriptEnabled }, use) => {
    context.withoutScripts = javaScriptEnabled === false
    const complaints = []
    context.on('console', message => {
      if (['error', 'warning'].includes(message.type()) && ![HARMLESS, ...allowed].some(text => message.text().includes(text)))
        complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    })
    context.on('weberror', error => complaints.push(`uncaught: ${error.error().stack ?? error.error()}`))
    await use(context)
    expect(complaints, 'the browser complained').toEqual([])
  },

  /** The command line on this test's store. */
  cli: async ({ store }, use) => use((args, input) => store.cli(args, input)),

  /** Applies SQL, as `tenon migrate` does. */
  migrate: async ({ store }, use) => {
    let count = 0
    await use(async sql => {
      const file = path.join(store.dir, `step-${(count += 1)}.sql`)
      await writeFile(file, sql)
      await store.cli(['migrate', file])
    })
  },

  /** A page where the first owner is signed in. */
  owner: async ({ page, store, server }, use) => {
    await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
    await signIn(page)
    void server
    await use(page)
  },
})

export async function signIn(page, who = OWNER) {
  await knock(page, who)
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
}

/** Sends the form of the sign-in page; what comes of it is the caller's to wait for. */
export async function knock(page, { email, password } = OWNER) {
  await page.goto('/sign-in')
  await ready(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Waits until the page answers to events: before hydration a click would be the plain form's. */
export async function ready(page) {
  await page.waitForLoadState('load')
  if (!page.context().withoutScripts) await page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined)
}

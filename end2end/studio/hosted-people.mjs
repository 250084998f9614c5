// What tests of the hosted pages do over and over, with scripts on and off.
import { CLIENT } from '../lib/oidc.mjs'
import { expect, ready } from './fixtures.mjs'

export { totp } from '../lib/totp.mjs'

export const PERSON = { email: 'ada@example.org', password: 'correct horse battery' }

/** Waits for a page, and until it answers to events. */
export async function arrive(page, url) {
  await expect(page).toHaveURL(url)
  await ready(page)
}

export async function open(page, path) {
  await page.goto(path)
  await ready(page)
}

/** What the latest mail to an address has of a pattern. Each is found once. */
async function inMail(store, email, pattern) {
  store.read ??= new Set()
  let found
  await expect
    .poll(async () => {
      const text = await store.sql(`select text_body from _tenon_mail where recipient = '${email}' order by created_at desc limit 1`)
      found = text.match(pattern)?.[0]
      return found && !store.read.has(found)
    }, { message: `a mail to ${email}` })
    .toBeTruthy()
  store.read.add(found)
  return found
}

/** The six digits of the latest mail to an address. */
export const codeFor = (store, email) => inMail(store, email, /\b\d{6}\b/)
/** The link of the latest mail to an address. */
export const linkFor = (store, email) => inMail(store, email, /https?:\/\/\S+\/auth\/confirm\?\S+/)

export async function signUp(page, store, query = '', { email, password } = PERSON) {
  await open(page, `/auth/sign-up${query}`)
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Make account' }).click()
  await arrive(page, /\/auth\/code\?/)
  await page.getByLabel('Code').fill(await codeFor(store, email))
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Signs up and waits for the account. */
export async function withAccount(page, store, who = PERSON) {
  await signUp(page, store, '', who)
  await arrive(page, /\/auth\/account$/)
}

export async function signIn(page, password = PERSON.password, query = '', email = PERSON.email) {
  await open(page, `/auth/sign-in${query}`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signOut(page) {
  await open(page, '/auth/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await arrive(page, /\/auth\/sign-in/)
}

/** Adds a provider of OpenID Connect to a running instance. */
export async function addProvider(store, name, issuer, label) {
  const definition = { name, label, enabled: true, kind: 'oidc', issuer, client_id: CLIENT.id, client_secret: CLIENT.secret, scopes: ['openid', 'email', 'profile'], pkce: true }
  const text = JSON.stringify(definition).replaceAll("'", "''")
  await store.sql(`insert into _tenon_providers (name, definition, updated_at) values ('${name}', '${text}', '2026-01-01T00:00:00.000000Z')`)
}

/** What went wrong, as the page says it. */
export const failure = page => page.locator('.notice.failed')
/** What was done, as the page says it. */
export const done = page => page.locator('.notice.done')

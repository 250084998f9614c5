// The hosted pages with scripts on.
import AxeBuilder from '@axe-core/playwright'
import { expect, ready, test } from './fixtures.mjs'
import { paths } from './hosted-paths.mjs'
import { providerPaths } from './hosted-provider-paths.mjs'
import { Idp } from '../lib/oidc.mjs'
import { PERSON, addProvider, arrive, open, signIn, signOut, totp, withAccount } from './hosted-people.mjs'

paths(test)
providerPaths(test)

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="#b45309"/></svg>'
const PAGES = ['sign-in', 'sign-up', 'magic-link', 'code', 'reset', 'confirm?type=email', 'link', 'new-password', 'account', 'account/recovery']

/** Every page in light, dark and at a phone's width. */
async function eachLook(page, paths, look) {
  for (const path of paths) {
    for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 375], ['dark', 375]]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 800 })
      await open(page, `/auth/${path}`)
      await look(`${path} ${colorScheme} ${width}`)
    }
  }
}

async function check(page, name) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(' | ')}`), name).toEqual([])
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(wider, `${name} is as wide as its window`).toBe(0)
  if (process.env.TENON_PICTURES) await page.screenshot({ path: `${process.env.TENON_PICTURES}/${name.replace(/\W+/g, '-')}.png`, fullPage: true })
}

test('no page has an axe violation, whether signed in or not', async ({ page, store }) => {
  test.setTimeout(180_000)
  await addProvider(store, 'acme', 'http://127.0.0.1:9', 'Acme')
  await eachLook(page, PAGES.slice(0, 7), name => check(page, name))
  await withAccount(page, store)
  await eachLook(page, ['sign-in', ...PAGES.slice(7)], name => check(page, `in ${name}`))
})

test('neither have the pages in the middle of something', async ({ page, store, server }) => {
  test.setTimeout(180_000)
  const here = () => page.url().split('/auth/')[1]
  const idp = await Idp.start([`${server.url}/auth/v1/callback`])
  await addProvider(store, 'acme', idp.issuer, 'Acme')
  idp.signIn({ sub: 'acme-1', email: PERSON.email, email_verified: true, name: 'Ada Acme' })
  await withAccount(page, store)
  await page.getByRole('link', { name: 'Link Acme' }).click()
  await arrive(page, /\/auth\/link\?/)
  await eachLook(page, [here()], name => check(page, `consent ${name.split(' ').slice(1).join(' ')}`))
  await page.getByRole('button', { name: 'Link Acme' }).click()
  await arrive(page, /\/auth\/account$/)
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await arrive(page, /\/auth\/account\/app/)
  await eachLook(page, [here()], name => check(page, `app ${name.split(' ').slice(1).join(' ')}`))
  await page.getByLabel('Code').fill(totp(await page.locator('.hosted-secret code').innerText()))
  await page.getByRole('button', { name: 'Add' }).click()
  await arrive(page, /\/auth\/account\/recovery/)
  await page.getByRole('button', { name: 'Make codes' }).click()
  await expect(page.locator('.hosted-codes code')).toHaveCount(10)
  await check(page, 'codes')
  await eachLook(page, ['account'], name => check(page, `full ${name}`))
  await signOut(page)
  await signIn(page)
  await arrive(page, /\/auth\/mfa/)
  await eachLook(page, ['mfa'], name => check(page, name))
  await idp.stop()
})

test.describe('a brand', () => {
  test.use({
    settings: { 'auth.brand_name': 'Acme Flights', 'auth.brand_color': '#b45309', 'auth.brand_logo': 'http://logo.example.test/logo.svg' },
  })
  test('its name, logo and colour are on every page', async ({ page, store }) => {
    test.setTimeout(120_000)
    await page.route('http://logo.example.test/logo.svg', route => route.fulfill({ contentType: 'image/svg+xml', body: LOGO }))
    const shown = async () => {
      await expect(page).toHaveTitle(/ · Acme Flights$/)
      await expect(page.locator('.brand-name')).toHaveText('Acme Flights')
      expect(await page.locator('.brand-logo').evaluate(image => image.complete && image.naturalWidth)).toBe(80)
    }
    await eachLook(page, ['sign-in', 'code'], async name => {
      await shown()
      await check(page, `brand ${name}`)
    })
    await page.emulateMedia({ colorScheme: 'light' })
    await open(page, '/auth/sign-in')
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toHaveCSS('background-color', 'rgb(172, 79, 8)')
    await withAccount(page, store)
    await shown()
  })
})

test('a page reaches nobody beyond its origin that the settings do not name', async ({ page }) => {
  const policy = async path => (await page.request.get(path)).headers()['content-security-policy']
  for (const path of ['/auth/sign-in', '/auth/account', '/auth/code']) {
    expect(await policy(path)).not.toMatch(/https?:\/\//)
  }
})

test('hydrated pages keep what was typed before the scripts came', async ({ page }) => {
  await page.goto('/auth/sign-in', { waitUntil: 'commit' })
  await page.getByLabel('E-mail').fill('early@example.org')
  await ready(page)
  await expect(page.getByLabel('E-mail')).toHaveValue('early@example.org')
})

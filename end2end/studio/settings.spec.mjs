// The settings of sign-in and mail, and the keys that sign.
import { expect, OWNER, ready, signIn, test } from './fixtures.mjs'
import { elsewhere, makeUser, open, press } from './people.mjs'

test('a setting says what it means, is checked, and holds at once @both @plain', async ({ owner: page, server, cli, store }) => {
  await open(page, '/settings/auth')
  const passwords = page.getByRole('region', { name: 'Passwords' })
  await expect(passwords.getByText('Length is worth more than symbols.')).toBeVisible()
  await passwords.getByLabel('Fewest characters').fill('3')
  await page.getByRole('button', { name: 'Save “Passwords”' }).click()
  await expect(passwords.locator('.field-error')).toContainText('6')
  await expect(passwords.getByLabel('Fewest characters')).toHaveValue('3')
  await ready(page)
  await passwords.getByLabel('Fewest characters').fill('twelve').catch(() => {})
  await passwords.getByLabel('Fewest characters').fill('12')
  await press(page, 'Save “Passwords”', '“Passwords” is saved.')
  await expect(passwords.getByLabel('Fewest characters')).toHaveValue('12')

  const { publishable } = await store.keys()
  const signUp = await fetch(`${server.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: publishable, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'kay@example.org', password: 'elevenchars' }),
  })
  expect((await signUp.json()).msg).toContain('12 characters')
  expect(await cli(['settings', 'get', 'auth.password_min_length'])).toContain('12')
})

test('switches, choices, lists and secrets are kept as they were entered @plain', async ({ owner: page }) => {
  await open(page, '/settings/auth')
  const signUp = page.getByRole('checkbox', { name: 'Strangers may sign up' })
  await expect(signUp).toBeChecked()
  await signUp.uncheck()
  await press(page, 'Save “Signing up”', '“Signing up” is saved.')
  await expect(signUp).not.toBeChecked()

  const robots = page.getByRole('region', { name: 'Robots and strangers' })
  await ready(page)
  await robots.getByLabel('CAPTCHA', { exact: true }).selectOption('turnstile')
  await robots.getByLabel('CAPTCHA’s secret').or(robots.getByLabel("CAPTCHA's secret", { exact: true })).fill('0x1234')
  await press(page, 'Save “Robots and strangers”', 'is saved.')
  await expect(robots.getByLabel('CAPTCHA', { exact: true })).toHaveValue('turnstile')
  await expect(robots.getByText('One is set; empty leaves it as it is.')).toBeVisible()
  await expect(page.locator('main')).not.toContainText('0x1234')
  expect(await page.content()).not.toContain('0x1234')

  const addresses = page.getByRole('region', { name: 'Addresses' })
  await ready(page)
  await addresses.getByLabel('Further addresses to return to').fill('https://a.example/**\nhttps://*.b.example')
  await press(page, 'Save “Addresses”', 'is saved.')
  await expect(addresses.getByLabel('Further addresses to return to')).toHaveValue('https://a.example/**\nhttps://*.b.example')

  const tokens = page.getByRole('region', { name: 'Tokens' })
  await ready(page)
  await tokens.getByLabel('Custom claims').fill("plan: app_metadata ->> 'plan")
  await page.getByRole('button', { name: 'Save “Tokens”' }).click()
  await expect(tokens.locator('.field-error')).toBeVisible()
  await expect(tokens.getByLabel('Custom claims')).toHaveValue("plan: app_metadata ->> 'plan")
  await ready(page)
  await tokens.getByLabel('Custom claims').fill("plan: app_metadata ->> 'plan'")
  await press(page, 'Save “Tokens”', 'is saved.')
})

test('signing keys rotate, and nobody is signed out @both @plain', async ({ owner: page, server, store }) => {
  const { publishable } = await store.keys()
  const ask = (path, body, token) =>
    fetch(`${server.url}/auth/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { apikey: publishable, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    })
  await store.cli(['settings', 'set', 'auth.email_autoconfirm', 'true'])
  await open(page, '/settings/keys')
  // What another process sets takes a moment to reach this one.
  await expect.poll(async () => (await (await ask('settings')).json()).mailer_autoconfirm).toBe(true)
  const { access_token: token } = await (await ask('signup', { email: 'kay@example.org', password: 'correct horse battery' })).json()
  const keys = page.getByRole('region', { name: 'Signing keys' })
  const status = async name => keys.getByRole('listitem').filter({ hasText: name }).locator('code').first().innerText()
  const standby = await status('standby')
  const before = await status('current')
  await press(page, 'Rotate the signing keys', 'Nobody is signed out.')
  expect(await status('current')).toBe(standby)
  expect(await status('previous')).toBe(before)
  expect((await ask('user', undefined, token)).status).toBe(200)
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'))
  expect(header.kid).toBe(before)
})

test('builders see the keys but not what owners do', async ({ owner: page, browser, baseURL, javaScriptEnabled }) => {
  await makeUser(page, { email: 'builder@example.org', role: 'builder' })
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await signIn(other, { email: 'builder@example.org', password: OWNER.password })
  await open(other, '/settings/keys')
  await expect(other.getByRole('heading', { name: 'Secret key' })).toBeVisible()
  await expect(other.getByRole('button', { name: 'Rotate the signing keys' })).toHaveCount(0)
  for (const path of ['/users', '/users/invite', '/settings/auth', '/settings/providers', '/settings/audit']) {
    await open(other, path)
    await expect(other.getByRole('heading', { name: 'Not for this account' }), path).toBeVisible()
  }
  await other.context().close()
})

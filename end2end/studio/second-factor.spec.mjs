// The second factor of people who work in the Studio, and their passkeys.
import { Server } from '../lib/server.mjs'
import { totp } from '../lib/totp.mjs'
import { expect, knock, OWNER, ready, signIn, test } from './fixtures.mjs'
import { elsewhere, makeUser, open, press } from './people.mjs'

/** Adds an authenticator app in the profile; gives its secret, and leaves the page of the recovery codes open. */
async function addApp(page) {
  await open(page, '/settings/profile')
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await expect(page.getByRole('heading', { name: 'Add an authenticator app', level: 1 })).toBeVisible()
  const secret = await page.locator('.hosted-secret code').innerText()
  await ready(page)
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.locator('#code-error')).toContainText('This code is not right.')
  await ready(page)
  await page.getByLabel('Code').fill(totp(secret))
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page).toHaveURL(/\/settings\/profile\/recovery$/)
  return secret
}

async function signOut(page) {
  await open(page, '/tables')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
}

test('an app guards the Studio, and a recovery code stands in for it @both @plain', async ({ owner: page, context }) => {
  const secret = await addApp(page)
  await ready(page)
  await page.getByRole('button', { name: 'Make codes' }).click()
  const codes = await page.locator('.hosted-codes code').allInnerTexts()
  expect(codes).toHaveLength(10)
  const before = (await context.cookies()).find(cookie => cookie.name === 'tenon_session')
  await signOut(page)

  await knock(page)
  await expect(page).toHaveURL(/\/sign-in\/second/)
  // The password alone opens no page, no file and no list.
  await page.goto('/settings/keys')
  await expect(page).toHaveURL(/\/sign-in\/second\?next=%2Fsettings%2Fkeys/)
  const half = (await context.cookies()).find(cookie => cookie.name === 'tenon_session')
  expect(half.value).not.toBe(before.value)
  const file = await context.request.get('/settings/audit/export?format=csv', { maxRedirects: 0 })
  expect(file.status()).toBe(303)

  await ready(page)
  await page.getByLabel('Code of your authenticator app').fill('123456')
  await page.getByRole('button', { name: 'Continue' }).first().click()
  await expect(page.locator('#code-error')).toContainText('This code is not right.')
  await ready(page)
  // The code before was used up when the app was added; the one after it counts too.
  await page.getByLabel('Code of your authenticator app').fill(totp(secret, Date.now() + 30_000))
  await page.getByRole('button', { name: 'Continue' }).first().click()
  await expect(page).toHaveURL(/\/settings\/keys$/)
  const whole = (await context.cookies()).find(cookie => cookie.name === 'tenon_session')
  expect(whole.value).not.toBe(half.value)

  await signOut(page)
  await knock(page)
  await expect(page).toHaveURL(/\/sign-in\/second/)
  await ready(page)
  await page.getByText('Use a recovery code').click()
  await page.getByLabel('Recovery code').fill('none of them')
  await page.getByRole('button', { name: 'Continue' }).last().click()
  await expect(page.locator('#recovery-error')).toBeVisible()
  await ready(page)
  await page.getByLabel('Recovery code').fill(codes[3])
  await page.getByRole('button', { name: 'Continue' }).last().click()
  await expect(page).toHaveURL(/\/welcome$|\/tables$/)
  await open(page, '/settings/profile')
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await press(page, 'Remove Authenticator app', 'The second factor is removed.')
  await signOut(page)
  await signIn(page)
  await expect(page).not.toHaveURL(/second/)
})

test('an owner, or the command line, lets somebody in who lost their app @plain', async ({ owner: page, browser, baseURL, javaScriptEnabled, cli }) => {
  const member = { email: 'member@example.org', password: OWNER.password }
  await makeUser(page, { ...member, role: 'member' })
  const address = page.url()
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await signIn(other, member)
  await addApp(other)
  await signOut(other)
  await knock(other, member)
  await expect(other).toHaveURL(/\/sign-in\/second/)
  await other.getByText('None of these is at hand').click()
  await expect(other.getByText('tenon owner reset-factors')).toBeVisible()

  await open(page, address)
  await press(page, 'Reset second factors', 'second factors are gone')
  await other.goto('/tables')
  await expect(other).toHaveURL(/\/tables$/)

  await addApp(other)
  expect(await cli(['owner', 'reset-factors', member.email])).toContain('alone signs them in again')
  await expect(cli(['owner', 'reset-factors', 'nobody@example.org'])).rejects.toThrow(/there is no user/)
  await signOut(other)
  await signIn(other, member)
  await expect(other).not.toHaveURL(/second/)
  await other.context().close()
})

test('the password is changed by who knows it @plain', async ({ owner: page, browser, baseURL, javaScriptEnabled }) => {
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await signIn(other)
  const change = async (current, password) => {
    await open(page, '/settings/profile')
    await page.getByLabel('Present password').fill(current)
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await change('not the password', 'another horse battery')
  await expect(page.locator('#current-error')).toContainText('This is not your present password.')
  await change(OWNER.password, 'password1')
  await expect(page.locator('#password-error')).toContainText('weak')
  await change(OWNER.password, 'another horse battery')
  await expect(page.locator('.notices')).toContainText('Your password is changed')
  await open(page, '/tables')
  await expect(page).toHaveURL(/\/tables$/)
  await other.goto('/tables')
  await expect(other).toHaveURL(/\/sign-in/)
  await other.context().close()
})

test.describe('with an authenticator', () => {
  /** A browser with a virtual authenticator, at a name: passkeys belong to names. */
  async function atLocalhost(page, store, server) {
    const name = server.url.replace('127.0.0.1', 'localhost')
    await store.cli(['settings', 'set', 'auth.external_url', name])
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    })
    await page.goto(`${name}/sign-in`)
    await ready(page)
    await page.getByLabel('E-mail').fill(OWNER.email)
    await page.getByLabel('Password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
    return name
  }

  test('a passkey signs in', async ({ page, store, cli }) => {
    await cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
    const server = await Server.start(store)
    const name = await atLocalhost(page, store, server)
    await open(page, `${name}/settings/profile`)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(page.locator('.notices')).toContainText('The passkey is added.')
    await ready(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    await ready(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(page).toHaveURL(/\/(welcome|tables)$/)
    await open(page, `${name}/settings/profile`)
    await expect(page.getByText('Last used')).toBeVisible()
    await press(page, 'Remove Passkey', 'The passkey is removed.')
    await server.stop()
  })

  test('a security key is asked for', async ({ page, store, cli }) => {
    await cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
    const server = await Server.start(store)
    const name = await atLocalhost(page, store, server)
    await open(page, `${name}/settings/profile`)
    await page.getByRole('button', { name: 'Add a security key' }).click()
    await expect(page.locator('.notices')).toContainText('The security key guards your account now.')
    await ready(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    await ready(page)
    await page.getByLabel('E-mail').fill(OWNER.email)
    await page.getByLabel('Password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page).toHaveURL(/\/sign-in\/second/)
    await ready(page)
    await page.getByRole('button', { name: 'Use Security key' }).click()
    await expect(page).toHaveURL(/\/(welcome|tables)$/)
    await server.stop()
  })
})

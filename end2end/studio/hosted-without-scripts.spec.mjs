// The hosted pages with scripts off: links and forms.
import AxeBuilder from '@axe-core/playwright'
import { sqlite } from '../lib/server.mjs'
import { totp } from '../lib/totp.mjs'
import { expect, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

const PERSON = { email: 'ada@example.org', password: 'correct horse battery' }

/** The six digits of the latest mail to an address. */
async function codeFor(store, email) {
  let code
  await expect
    .poll(async () => {
      const text = await sqlite(store.dir, `select text_body from _tenon_mail where recipient = '${email}' order by created_at desc, rowid desc limit 1`)
      code = text.match(/\b\d{6}\b/)?.[0]
      return code
    })
    .toBeTruthy()
  return code
}

async function signUp(page, store, query = '') {
  await page.goto(`/auth/sign-up${query}`)
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel('Password').fill(PERSON.password)
  await page.getByRole('button', { name: 'Make account' }).click()
  await expect(page).toHaveURL(/\/auth\/code\?/)
  await page.getByLabel('Code').fill(await codeFor(store, PERSON.email))
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function signIn(page, password = PERSON.password, query = '') {
  await page.goto(`/auth/sign-in${query}`)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page) {
  await page.goto('/auth/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/auth\/sign-in/)
}

test('signing up by code, out, and in; a wrong password tells nothing', async ({ page, store, context }) => {
  await signUp(page, store)
  await expect(page).toHaveURL(/\/auth\/account$/)
  await expect(page.getByText(`Signed in as ${PERSON.email}.`)).toBeVisible()
  const cookie = (await context.cookies()).find(one => one.name === 'tenon_user')
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  await signOut(page)
  await context.addCookies([cookie])
  await page.goto('/auth/account')
  await expect(page).toHaveURL(/\/auth\/sign-in/)
  await signIn(page, 'not the password')
  await expect(page.locator('.notice[role=alert]')).toContainText('E-mail address or password is wrong.')
  await expect(page.getByLabel('E-mail')).toHaveValue(PERSON.email)
  await signIn(page)
  await expect(page).toHaveURL(/\/auth\/account$/)
  const again = (await context.cookies()).find(one => one.name === 'tenon_user')
  expect(again.value).not.toBe(cookie.value)
})

test('a weak password is refused at its field', async ({ page }) => {
  await page.goto('/auth/sign-up')
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel('Password').fill('password1')
  await page.getByRole('button', { name: 'Make account' }).click()
  await expect(page.locator('#password-error')).toContainText('weak')
  await expect(page.getByLabel('E-mail')).toHaveValue(PERSON.email)
})

test('the browser returns to the application with tokens, or with a code', async ({ page, store, baseURL }) => {
  await signUp(page, store)
  const back = encodeURIComponent(`${baseURL}/healthz?from=app`)
  await page.context().clearCookies()
  await signIn(page, PERSON.password, `?redirect_to=${back}`)
  await page.waitForURL(/\/healthz\?from=app#/)
  expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('refresh_token')).toBeTruthy()
  await page.context().clearCookies()
  await signIn(page, PERSON.password, `?redirect_to=${back}&code_challenge=${'a'.repeat(43)}&code_challenge_method=s256`)
  await page.waitForURL(/\/healthz\?from=app&code=/)
  await page.context().clearCookies()
  await signIn(page, PERSON.password, `?redirect_to=${encodeURIComponent('https://evil.example/')}`)
  await expect(page).toHaveURL(/\/auth\/account$/)
})

test('a forgotten password is replaced', async ({ page, store }) => {
  await signUp(page, store)
  await signOut(page)
  await page.goto('/auth/reset')
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page).toHaveURL(/\/auth\/code\?type=recovery/)
  await page.getByLabel('Code').fill(await codeFor(store, PERSON.email))
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(/\/auth\/new-password/)
  await page.getByLabel('New password').fill('another horse battery')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(/\/auth\/account$/)
  await signOut(page)
  await signIn(page, 'another horse battery')
  await expect(page).toHaveURL(/\/auth\/account$/)
})

test('an authenticator app is added and asked for, and a recovery code stands in for it', async ({ page, store }) => {
  await signUp(page, store)
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  const secret = await page.locator('.hosted-secret code').innerText()
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#code-error')).toBeVisible()
  await expect(page.locator('.hosted-secret code')).toHaveText(secret)
  await page.getByLabel('Code').fill(totp(secret))
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page).toHaveURL(/\/auth\/account\/recovery/)
  await page.getByRole('button', { name: 'Make codes' }).click()
  const codes = await page.locator('.hosted-codes code').allInnerTexts()
  expect(codes).toHaveLength(10)
  await signOut(page)
  await signIn(page)
  await expect(page).toHaveURL(/\/auth\/mfa/)
  await page.goto('/auth/account')
  await expect(page).toHaveURL(/\/auth\/mfa/)
  await page.getByText('Use a recovery code').click()
  await page.getByLabel('Recovery code').fill(codes[0])
  await page.getByRole('button', { name: 'Continue' }).last().click()
  await expect(page).toHaveURL(/\/auth\/account$/)
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
})

test('the account exports its data and deletes itself', async ({ page, store }) => {
  await signUp(page, store)
  const data = await page.request.get('/auth/account/export')
  expect((await data.json()).user.email).toBe(PERSON.email)
  await page.getByText('Delete my account').first().click()
  await page.getByLabel('Your e-mail address, to confirm').fill(PERSON.email)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  await expect(page).toHaveURL(/\/auth\/sign-in/)
  await signIn(page)
  await expect(page.locator('.notice[role=alert]')).toBeVisible()
})

test('no page has an axe violation', async ({ browser, page, store, baseURL }) => {
  await signUp(page, store)
  const state = await page.context().storageState()
  // axe itself is a script.
  const context = await browser.newContext({ baseURL, storageState: state, javaScriptEnabled: true })
  const one = await context.newPage()
  for (const path of ['sign-in', 'sign-up', 'magic-link', 'code', 'reset', 'new-password', 'confirm?type=email', 'account', 'account/recovery']) {
    for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 375]]) {
      await one.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await one.setViewportSize({ width, height: 800 })
      await one.goto(`/auth/${path}`)
      const { violations } = await new AxeBuilder({ page: one }).analyze()
      expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(' | ')}`), `${path} ${colorScheme} ${width}`).toEqual([])
      if (process.env.TENON_PICTURES) await one.screenshot({ path: `${process.env.TENON_PICTURES}/${path.replace(/\W/g, '-')}-${colorScheme}-${width}.png` })
    }
  }
  await context.close()
})

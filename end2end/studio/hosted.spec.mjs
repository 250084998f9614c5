// The hosted pages with scripts on.
import { sqlite } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'

const PERSON = { email: 'ada@example.org', password: 'correct horse battery' }

test('signing up, the account, and signing in again', async ({ page, store }) => {
  await page.goto('/auth/sign-up')
  await ready(page)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel('Password').fill(PERSON.password)
  await page.getByRole('button', { name: 'Make account' }).click()
  await expect(page).toHaveURL(/\/auth\/code\?/)
  await ready(page)
  let code
  await expect
    .poll(async () => (code = (await sqlite(store.dir, 'select text_body from _tenon_mail')).match(/\b\d{6}\b/)?.[0]))
    .toBeTruthy()
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(/\/auth\/account$/)
  await ready(page)
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/auth\/sign-in/)
  await ready(page)
  await page.getByLabel('E-mail').fill(PERSON.email)
  await page.getByLabel('Password').fill(PERSON.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/auth\/account$/)
})

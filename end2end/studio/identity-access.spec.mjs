// The Studio's pages of identity, with something on them: no axe violation, and nothing wider than the screen.
import { totp } from '../lib/totp.mjs'
import { everywhere } from './axe.mjs'
import { expect, knock, ready, test } from './fixtures.mjs'
import { makeUser, manyUsers, open, press } from './people.mjs'

const PAGES = {
  people: ['/users', '/users?q=nobody&show=builder', '/users/new', '/users/invite', '/mailbox'],
  oneself: ['/settings/profile', '/settings/profile/recovery', '/settings/keys', '/settings/history'],
  'sign-in and mail': ['/settings/auth', '/settings/mail', '/settings/mail/invite/de'],
  providers: ['/settings/providers', '/settings/providers?add=oidc', '/settings/providers?add=apple'],
  'the audit log': ['/settings/audit', '/settings/audit?verify=1'],
}

for (const [what, paths] of Object.entries(PAGES)) {
  test(`pages of ${what}`, async ({ owner: page, store }) => {
    test.setTimeout(400_000)
    await manyUsers(store, 120)
    await makeUser(page, { email: 'kay@example.org', role: 'builder' })
    await press(page, 'Send a link to sign in', 'on its way')
    for (const path of paths) {
      await open(page, path)
      expect.soft(await everywhere(page, path), path).toEqual([])
    }
  })
}

test('pages of one user and of one mail', async ({ owner: page }) => {
  test.setTimeout(400_000)
  await makeUser(page, { email: 'kay@example.org', role: 'builder' })
  await press(page, 'Send a link to sign in', 'on its way')
  expect.soft(await everywhere(page, 'user'), 'a user').toEqual([])
  await open(page, '/mailbox')
  await page.getByRole('link', { name: 'kay@example.org' }).click()
  await expect(page.getByRole('region', { name: 'Text' })).toBeVisible()
  await ready(page)
  expect.soft(await everywhere(page, 'mail'), 'a mail').toEqual([])
})

test('pages of the second factor', async ({ owner: page }) => {
  test.setTimeout(400_000)
  await open(page, '/settings/profile')
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await expect(page.getByRole('heading', { name: 'Add an authenticator app', level: 1 })).toBeVisible()
  expect.soft(await everywhere(page, 'app'), 'adding an app').toEqual([])
  const secret = await page.locator('.hosted-secret code').innerText()
  await ready(page)
  await page.getByLabel('Code').fill(totp(secret))
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await ready(page)
  await page.getByRole('button', { name: 'Make codes' }).click()
  await expect(page.locator('.hosted-codes code')).toHaveCount(10)
  expect.soft(await everywhere(page, 'codes'), 'recovery codes').toEqual([])
  await open(page, '/settings/profile')
  expect.soft(await everywhere(page, 'guarded'), 'the profile').toEqual([])
  await page.context().clearCookies()
  await knock(page)
  await expect(page).toHaveURL(/second/)
  await ready(page)
  expect.soft(await everywhere(page, 'second'), 'the second factor').toEqual([])
})

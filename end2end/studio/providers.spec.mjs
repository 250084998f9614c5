// Providers: adding one, trying it out, switching it, taking it away, against a real one.
import { CLIENT, Idp } from '../lib/oidc.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { elsewhere, open, press } from './people.mjs'

async function add(page, { issuer, id = CLIENT.id, secret = CLIENT.secret }) {
  await open(page, '/settings/providers')
  await page.getByRole('link', { name: /OpenID Connect/ }).click()
  await expect(page.getByRole('heading', { name: 'Add a provider' })).toBeVisible()
  await ready(page)
  await page.getByLabel('Name in addresses').fill('acme')
  await page.getByLabel('Label').fill('Acme')
  await page.getByLabel('Client id', { exact: true }).fill(id)
  await page.getByLabel('Client secret').fill(secret)
  await page.getByLabel('Issuer').fill(issuer)
  await page.getByLabel('People may sign in with it').check()
  await page.getByRole('button', { name: 'Save provider' }).click()
}

test('a provider is added, tested, used, switched off and removed @both @plain', async ({ owner: page, server, browser, baseURL, javaScriptEnabled }) => {
  const idp = await Idp.start([`${server.url}/auth/v1/callback`])
  await add(page, { issuer: idp.issuer })
  await expect(page.locator('.notices')).toContainText('Acme is saved. Test it next.')
  await ready(page)
  await page.getByRole('button', { name: 'Test this provider: Acme' }).click()
  const trial = page.getByRole('region', { name: 'Test of Acme' })
  await expect(trial).toContainText('The discovery document')
  await expect(trial).toContainText('Everything answers as it should.')
  await expect(page.locator('main')).not.toContainText(CLIENT.secret)

  // Somebody signs in with it.
  idp.signIn({ sub: 'kay', email: 'kay@example.org', email_verified: true, name: 'Kay' })
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await open(other, '/auth/sign-in')
  await other.getByRole('link', { name: /Continue with Acme/i }).click()
  await expect(other).toHaveURL(/\/auth\/account$/)
  await expect(other.getByText('Signed in as kay@example.org.')).toBeVisible()
  await other.context().close()
  await open(page, '/users?q=kay')
  await page.getByRole('link', { name: 'kay@example.org' }).click()
  await expect(page.getByRole('region', { name: 'Ways to sign in' }).first()).toContainText('acme')

  await open(page, '/settings/providers?edit=acme')
  await page.getByLabel('Label').fill('Acme Inc.')
  await page.getByRole('button', { name: 'Save provider' }).click()
  await expect(page.locator('.notices')).toContainText('Acme Inc. is saved.')
  await press(page, 'Switch off: Acme Inc.', 'Nobody can sign in with it any more.')
  await ready(page)
  await page.locator('summary', { hasText: 'Remove' }).click()
  await page.getByLabel('no longer can').check()
  await page.getByRole('button', { name: 'Remove provider' }).click()
  await expect(page.locator('.notices')).toContainText('The provider is removed.')
  await expect(page.getByRole('heading', { name: 'No providers yet' })).toBeVisible()
  await idp.stop()
})

test('a provider that does not answer says where it fails @plain', async ({ owner: page }) => {
  await add(page, { issuer: 'http://127.0.0.1:9/' })
  await ready(page)
  await page.getByRole('button', { name: 'Test this provider: Acme' }).click()
  const trial = page.getByRole('region', { name: 'Test of Acme' })
  await expect(trial).toContainText('Something is not as it should be.')
  await expect(trial.locator('.badge.danger').first()).toHaveText('wrong')
})

test('what is wrong with a provider is told at its field @plain', async ({ owner: page }) => {
  await open(page, '/settings/providers?add=oidc')
  await page.getByLabel('Name in addresses').fill('Not A Name!')
  await page.getByLabel('Client id', { exact: true }).fill('tenon')
  await page.getByLabel('Client secret').fill('a secret to lose')
  await page.getByLabel('Issuer').fill('https://issuer.example')
  await page.getByRole('button', { name: 'Save provider' }).click()
  await expect(page.locator('.field-error').first()).toBeVisible()
  await expect(page.getByLabel('Client id', { exact: true })).toHaveValue('tenon')
  expect(await page.content()).not.toContain('a secret to lose')
})

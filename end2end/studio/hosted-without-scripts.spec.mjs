// The hosted pages with scripts off: links and forms.
import { expect, test } from './fixtures.mjs'
import { providerPaths } from './hosted-provider-paths.mjs'
import { paths } from './hosted-paths.mjs'
import { open, withAccount } from './hosted-people.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

paths(test)
providerPaths(test)

test('what needs scripts is not offered, and the account says so', async ({ page, store }) => {
  await open(page, '/auth/sign-in')
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeHidden()
  await withAccount(page, store)
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden()
  await expect(page.locator('noscript p')).toBeVisible()
  await expect(page.locator('noscript p')).toHaveText('Adding a passkey needs scripts.')
})

for (const captcha of ['hcaptcha', 'turnstile']) {
  test.describe(captcha, () => {
    test.use({ settings: { 'auth.captcha_secret': 'secret', 'auth.captcha_site_key': 'key', 'auth.captcha': captcha } })
    test('the form says that it needs scripts', async ({ page }) => {
      for (const path of ['sign-in', 'sign-up', 'magic-link', 'reset']) {
        await open(page, `/auth/${path}`)
        await expect(page.locator('noscript p')).toBeVisible()
        await expect(page.locator('noscript p')).toContainText('This form needs scripts')
      }
    })
  })
}

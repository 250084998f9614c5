// Passkeys and security keys on the hosted pages, with Chromium's own authenticator.
import { expect, test } from './fixtures.mjs'
import { PERSON, arrive, done, open, signIn, signOut, withAccount } from './hosted-people.mjs'

// Browsers refuse WebAuthn where a host is only a number.
test.use({ host: 'localhost' })

/** An authenticator in the page's browser, like the one of a phone or a key on the wire. */
async function authenticator(page, { passkeys }) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: passkeys ? 'internal' : 'usb',
      hasResidentKey: passkeys,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    /** From now on its person does not touch it, or touches it again. */
    verified: isUserVerified => session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  }
}

test('a passkey is added, signs in, and is removed', async ({ page, store, baseURL }) => {
  const own = await authenticator(page, { passkeys: true })
  await withAccount(page, store)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(done(page)).toContainText('The passkey is added.')
  expect(await own.credentials()).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }])
  await signOut(page)

  await open(page, `/auth/sign-in?redirect_to=${encodeURIComponent(`${baseURL}/healthz?from=app`)}`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(/\/healthz\?from=app#/)

  await open(page, '/auth/account')
  await expect(page.getByText(/^Last used /)).toBeVisible()
  await page.locator('#passkeys').getByRole('button', { name: /^Remove / }).click()
  await expect(done(page)).toContainText('The passkey is removed.')
})

test.describe('a passkey that the instance forgot', () => {
  test.use({ allowed: ['the server responded with a status of 400'] })
  test('lets nobody in', async ({ page, store }) => {
    await authenticator(page, { passkeys: true })
    await withAccount(page, store)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(done(page)).toContainText('The passkey is added.')
    await store.sql('delete from _tenon_passkeys')
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(page.locator('.needs-scripts .field-error')).not.toBeEmpty()
    await expect(page).toHaveURL(/\/auth\/sign-in/)
  })
})

test('who does not confirm at the device stays out and is told', async ({ page, store }) => {
  const own = await authenticator(page, { passkeys: true })
  await withAccount(page, store)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(done(page)).toContainText('The passkey is added.')
  await signOut(page)
  await own.verified(false)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.locator('.needs-scripts .field-error')).toContainText('Nothing was chosen')
  await own.verified(true)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await arrive(page, /\/auth\/account$/)
})

test('a security key is a second factor', async ({ page, store }) => {
  await authenticator(page, { passkeys: false })
  await withAccount(page, store)
  await page.getByRole('button', { name: 'Add a security key' }).click()
  await expect(page.locator('#factors .hosted-list')).toContainText('Security key')
  await signOut(page)
  await signIn(page)
  await arrive(page, /\/auth\/mfa/)
  await open(page, '/auth/account')
  await expect(page).toHaveURL(/\/auth\/mfa/)
  await page.getByRole('button', { name: 'Use Security key' }).click()
  await arrive(page, /\/auth\/account$/)
  await expect(page.getByText(`Signed in as ${PERSON.email}.`)).toBeVisible()
  await page.locator('#factors').getByRole('button', { name: /^Remove / }).click()
  await expect(done(page)).toContainText('The second factor is removed.')
  await signOut(page)
  await signIn(page)
  await arrive(page, /\/auth\/account$/)
})

test('somebody with scripts but no authenticator is told', async ({ page }) => {
  await open(page, '/auth/sign-in')
  await page.evaluate(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))
  })
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.locator('.needs-scripts .field-error')).toContainText('Nothing was chosen')
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeEnabled()
})

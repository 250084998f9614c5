// The hosted pages and an account elsewhere: signing in with it, and the consent that comes before it is linked.
import { Idp } from '../lib/oidc.mjs'
import { expect } from './fixtures.mjs'
import { PERSON, addProvider, arrive, done, failure, open, signOut, withAccount } from './hosted-people.mjs'

const ACME = { sub: 'acme-1', email: PERSON.email, email_verified: true, name: 'Ada Acme' }

/** A provider that the instance knows as Acme, and at which Ada sits. */
async function acme({ store, server }) {
  const idp = await Idp.start([`${server.url}/auth/v1/callback`])
  await addProvider(store, 'acme', idp.issuer, 'Acme')
  idp.signIn(ACME)
  return idp
}

const identities = store => store.sql('select provider from _tenon_identities order by provider')

export function providerPaths(base) {
  const test = base.extend({
    idp: async ({ store, server }, use) => {
      const idp = await acme({ store, server })
      await use(idp)
      await idp.stop()
    },
  })

  test('a provider signs somebody up and in, and leads back to the application', async ({ page, idp, baseURL }) => {
    void idp
    await open(page, '/auth/sign-up')
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/account$/)
    await expect(page.getByText(`Signed in as ${PERSON.email}.`)).toBeVisible()
    await expect(page.getByText('Your way in')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Unlink Acme' })).toHaveCount(0)
    await expect(page.getByLabel('Present password')).toHaveCount(0)
    await signOut(page)
    await open(page, `/auth/sign-in?redirect_to=${encodeURIComponent(`${baseURL}/healthz?from=app`)}&code_challenge=${'a'.repeat(43)}&code_challenge_method=s256`)
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await page.waitForURL(/\/healthz\?from=app&code=/)
  })

  test('who says no at the provider comes back and is told', async ({ page, idp }) => {
    idp.refuses = true
    await open(page, '/auth/sign-in')
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/sign-in/)
    await expect(failure(page)).toContainText('Signing in there did not work. Try again.')
  })

  test('a verified address of an account that is there is linked only by consent', async ({ page, store, idp, baseURL }) => {
    void idp
    await withAccount(page, store)
    await signOut(page)
    const back = `?redirect_to=${encodeURIComponent(`${baseURL}/healthz?from=app`)}`
    await open(page, `/auth/sign-in${back}`)
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/link\?/)
    await expect(page.getByText('There is an account with this address already.')).toBeVisible()
    await page.getByRole('link', { name: 'Do not link' }).click()
    await arrive(page, /\/auth\/sign-in\?redirect_to=/)
    expect(await identities(store)).toBe('email')
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/link\?/)
    const asked = page.url()
    await page.getByRole('button', { name: 'Link Acme' }).click()
    await page.waitForURL(/\/healthz\?from=app#/)
    expect(await identities(store)).toBe('acme\nemail')
    await open(page, asked)
    await expect(page.getByRole('heading', { name: 'Nothing to link' })).toBeVisible()
    await page.context().clearCookies()
    await open(page, '/auth/sign-in')
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/account$/)
  })

  test('another browser cannot answer the question', async ({ page, store, idp }) => {
    void idp
    await withAccount(page, store)
    await signOut(page)
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/link\?/)
    await page.context().clearCookies()
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Nothing to link' })).toBeVisible()
    expect(await identities(store)).toBe('email')
  })

  test('an account elsewhere is linked and unlinked on the account page', async ({ page, store, idp }) => {
    idp.signIn({ sub: 'acme-2', email: 'ada@work.example', email_verified: true, name: 'Ada at work' })
    await withAccount(page, store)
    await page.getByRole('link', { name: 'Link Acme' }).click()
    await arrive(page, /\/auth\/link\?/)
    await expect(page.getByText('You are about to add Acme to your account.')).toBeVisible()
    await expect(page.getByText('ada@work.example')).toBeVisible()
    expect(await identities(store)).toBe('email')
    await page.getByRole('button', { name: 'Link Acme' }).click()
    await arrive(page, /\/auth\/account$/)
    await expect(done(page)).toContainText('Linked.')
    await expect(page.getByText('ada@work.example')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Link Acme' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Unlink Acme' }).click()
    await expect(done(page)).toContainText('does not lead to your account any more')
    expect(await identities(store)).toBe('email')
  })

  test('what somebody else has linked stays theirs', async ({ page, store, idp }) => {
    idp.signIn({ sub: 'acme-3', email: 'bob@example.org', email_verified: true, name: 'Bob' })
    await open(page, '/auth/sign-in')
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/account$/)
    await signOut(page)
    await withAccount(page, store)
    await page.getByRole('link', { name: 'Link Acme' }).click()
    await arrive(page, /\/auth\/account$/)
    await expect(failure(page)).toContainText('That account is linked already')
  })

  test("somebody of the Studio signs in before they are asked", async ({ page, store, idp }) => {
    void idp
    await withAccount(page, store)
    await store.sql("update _tenon_users set studio_role = 'builder'")
    await signOut(page)
    await page.getByRole('link', { name: 'Continue with Acme' }).click()
    await arrive(page, /\/auth\/link\?/)
    await expect(page.getByRole('heading', { name: 'Sign in once more' })).toBeVisible()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await arrive(page, /\/auth\/sign-in\?/)
    await page.getByLabel('E-mail').fill(PERSON.email)
    await page.getByLabel('Password').fill(PERSON.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await arrive(page, /\/auth\/link\?/)
    await page.getByRole('button', { name: 'Link Acme' }).click()
    await arrive(page, /\/auth\/account$/)
    expect(await identities(store)).toBe('acme\nemail')
  })

  test.describe('with linking switched off', () => {
    test.use({ settings: { 'auth.manual_linking': false } })
    test('nothing is offered', async ({ page, store, idp }) => {
      void idp
      await withAccount(page, store)
      await expect(page.getByRole('heading', { name: 'Linked accounts' })).toHaveCount(0)
      await open(page, '/auth/with?add=1&provider=acme')
      await arrive(page, /\/auth\/account$/)
      await expect(failure(page)).toBeVisible()
    })
  })

}

// The CAPTCHA on the hosted forms: stand-ins for the service's script and for where its answers are checked.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test as base } from './fixtures.mjs'
import { PERSON, arrive, codeFor, failure, open } from './hosted-people.mjs'

const KINDS = {
  hcaptcha: { script: 'https://js.hcaptcha.com/1/api.js', box: '.h-captcha', origins: 'https://hcaptcha.com https://*.hcaptcha.com' },
  turnstile: { script: 'https://challenges.cloudflare.com/turnstile/v0/api.js', box: '.cf-turnstile', origins: 'https://challenges.cloudflare.com' },
}

/** What the service's script does, as far as the form sees it: the answer becomes a field of the form. */
const widget = ({ box }, answer) => `
  for (const box of document.querySelectorAll('${box}')) {
    const field = document.createElement('input')
    field.type = 'hidden'
    field.name = box.dataset.responseFieldName
    field.value = '${answer}'
    box.append(field)
  }`

const test = base.extend({
  /** Where answers are checked: "right" is, and everybody who asks is noted. */
  checker: async ({}, use) => {
    const checker = { asked: [] }
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const form = Object.fromEntries(new URLSearchParams(body))
      checker.asked.push(form)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(form.response === 'right' ? { success: true } : { success: false, 'error-codes': ['invalid-input-response'] }))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    checker.url = `http://127.0.0.1:${server.address().port}/siteverify`
    checker.stop = async () => {
      if (!server.listening) return
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
    await use(checker)
    await checker.stop()
  },
  env: async ({ checker }, use) => use({ TENON_CAPTCHA_URL: checker.url }),
})

async function fill(page, button) {
  await page.getByLabel('E-mail').fill(PERSON.email)
  const password = page.getByLabel('Password')
  if (await password.count()) await password.fill(PERSON.password)
  await page.getByRole('button', { name: button, exact: true }).click()
}

for (const [name, kind] of Object.entries(KINDS)) {
  test.describe(name, () => {
    test.use({ settings: { 'auth.captcha_secret': 'the secret', 'auth.captcha_site_key': 'the key', 'auth.captcha': name, 'auth.email_interval': 0 } })

    test('the right answer passes, a wrong one and none do not', async ({ page, store, checker }) => {
      let answer = 'wrong'
      await page.route(kind.script, route => route.fulfill({ contentType: 'text/javascript', body: widget(kind, answer) }))
      await open(page, '/auth/sign-up')
      await expect(page.locator(kind.box)).toHaveAttribute('data-sitekey', 'the key')
      await expect(page.locator(`${kind.box} input`)).toHaveCount(1)
      await fill(page, 'Make account')
      await expect(failure(page)).toContainText('Show that you are no robot, and try again.')
      await expect(page.getByLabel('E-mail')).toHaveValue(PERSON.email)
      expect(checker.asked).toMatchObject([{ secret: 'the secret', response: 'wrong' }])

      answer = 'right'
      await open(page, '/auth/sign-up')
      await expect(page.locator(`${kind.box} input`)).toHaveCount(1)
      await page.locator(`${kind.box} input`).evaluate(field => field.remove())
      await fill(page, 'Make account')
      await expect(failure(page)).toContainText('Show that you are no robot, and try again.')
      expect(checker.asked).toHaveLength(1)

      await open(page, '/auth/sign-up')
      await fill(page, 'Make account')
      await arrive(page, /\/auth\/code\?/)
      await page.getByLabel('Code').fill(await codeFor(store, PERSON.email))
      await page.getByRole('button', { name: 'Continue' }).click()
      await arrive(page, /\/auth\/account$/)
      expect(checker.asked.at(-1)).toMatchObject({ response: 'right', remoteip: '127.0.0.1' })
    })

    test('the other forms ask, too, and say when the service is down', async ({ page, checker }) => {
      await page.route(kind.script, route => route.fulfill({ contentType: 'text/javascript', body: widget(kind, 'right') }))
      for (const [path, button] of [['magic-link', 'Send'], ['reset', 'Send']]) {
        await open(page, `/auth/${path}`)
        await fill(page, button)
        await arrive(page, /\/auth\/code\?/)
      }
      // From a page without the CAPTCHA to one with it: the policy of the new page holds.
      await page.getByRole('link', { name: 'Back to sign-in' }).click()
      await arrive(page, /\/auth\/sign-in/)
      await expect(page.locator(`${kind.box} input`)).toHaveCount(1)
      await checker.stop()
      await fill(page, 'Sign in')
      await expect(failure(page)).toContainText('cannot be reached right now')
      await expect(page.getByLabel('E-mail')).toHaveValue(PERSON.email)
    })

    test('only the pages that ask reach the service', async ({ page }) => {
      const policy = async path => (await page.request.get(`/auth/${path}`)).headers()['content-security-policy']
      for (const path of ['sign-in', 'sign-up', 'magic-link', 'reset']) {
        const own = Object.fromEntries((await policy(path)).split(';').map(part => part.trim().split(/ (.*)/)))
        for (const part of ['script-src', 'style-src', 'connect-src', 'frame-src']) expect(own[part], `${path} ${part}`).toContain(kind.origins)
        for (const part of ['img-src', 'form-action', 'default-src']) expect(own[part], `${path} ${part}`).not.toContain('https:')
      }
      for (const path of ['code', 'confirm', 'account', 'mfa', 'link']) expect(await policy(path), path).not.toContain('https:')
    })
  })
}

test.describe('a CAPTCHA without its key', () => {
  test.use({ settings: { 'auth.captcha_secret': 'the secret', 'auth.captcha': 'hcaptcha' } })
  test('says what is missing', async ({ page }) => {
    await open(page, '/auth/sign-in')
    await expect(page.getByText('its CAPTCHA has no site key yet')).toBeVisible()
  })
})


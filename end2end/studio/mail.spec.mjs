// The mailbox, the templates, and a test of the mail server.
import { Mailbox } from '../lib/mail.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { open, press } from './people.mjs'

async function mailTo(server, store, email) {
  const { publishable } = await store.keys()
  const answer = await fetch(`${server.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: publishable, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery' }),
  })
  expect(answer.status).toBe(200)
}

test('without a mail server mail is kept, found, read and deleted @both @plain', async ({ owner: page, server, store }) => {
  await open(page, '/mailbox')
  await expect(page.getByRole('heading', { name: 'No mail yet' })).toBeVisible()
  for (const name of ['ada', 'grace', 'kay']) await mailTo(server, store, `${name}@example.org`)
  await open(page, '/mailbox')
  const rows = page.getByRole('region', { name: 'Mail' }).locator('tbody tr')
  await expect(rows).toHaveCount(3)
  await ready(page)
  await page.getByLabel('Search recipients').fill('grace')
  await page.getByLabel('State').selectOption('Kept here')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(rows).toHaveCount(1)
  await expect(page.getByRole('link', { name: 'Next page' })).toBeDisabled()
  await ready(page)
  await page.getByRole('link', { name: 'grace@example.org' }).click()
  await expect(page.getByRole('region', { name: 'Text' })).toContainText(/\b\d{6}\b/)
  await expect(page.frameLocator('iframe').getByRole('link').first()).toBeVisible()
  await press(page, 'Delete', 'The mail is deleted.')
  await expect(rows).toHaveCount(2)
  await open(page, '/mailbox?status=failed')
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
})

test('a template is previewed, checked, written in another language and reset @both @plain', async ({ owner: page, server, store }) => {
  await open(page, '/settings/mail')
  await page.getByRole('link', { name: /Invitation.*\ben\b/i }).click()
  await expect(page).toHaveURL(/\/settings\/mail\/invite\/en$/)
  await ready(page)
  const preview = page.frameLocator('iframe[name=preview]')
  await page.getByLabel('Subject').fill('Come to {{ .BrandName }}, please')
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(preview.getByText('Subject:').locator('..')).toContainText('please')

  await page.getByLabel('Subject').fill('Come, {{ .Nobody }}')
  await page.getByRole('button', { name: 'Save template' }).click()
  await expect(page.locator('#subject-error')).toContainText('Nobody')
  await expect(page.getByLabel('Subject')).toHaveValue('Come, {{ .Nobody }}')
  await ready(page)
  await page.getByLabel('Subject').fill('Hello')
  await page.getByLabel('Text', { exact: true }).fill('There is no link in here.')
  await page.getByRole('button', { name: 'Save template' }).click()
  await expect(page.locator('#text-error')).toContainText('ConfirmationURL')
  await ready(page)
  await page.getByLabel('Text', { exact: true }).fill('Come by {{ .ConfirmationURL }} or {{ .Token }}.')
  await press(page, 'Save template', 'The template is saved.')
  await open(page, '/settings/mail')
  await expect(page.getByRole('link', { name: 'Invitation, en, your own' })).toBeVisible()

  // In a language that Tenon has none for.
  const another = page.getByRole('region', { name: 'Another language' })
  await another.getByLabel('Mail').selectOption('signup')
  await another.getByLabel('Language').fill('pt-BR')
  await another.getByRole('button', { name: 'Write it' }).click()
  await expect(page).toHaveURL(/\/settings\/mail\/signup\/pt-BR$/)
  await ready(page)
  await page.getByLabel('Subject').fill('Confirme o seu endereço')
  await press(page, 'Save template', 'The template is saved.')
  const { publishable } = await store.keys()
  await fetch(`${server.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: publishable, 'content-type': 'application/json', 'accept-language': 'pt-BR,pt;q=0.9' },
    body: JSON.stringify({ email: 'ana@example.org', password: 'correct horse battery' }),
  })
  await open(page, '/mailbox')
  await expect(page.getByText('Confirme o seu endereço')).toBeVisible()

  await open(page, '/settings/mail/signup/pt-BR')
  await page.getByLabel('I do not need it any more.').check()
  await press(page, 'Reset template', "Tenon's template serves again.")
  await expect(page.getByRole('link', { name: /pt-BR/i })).toHaveCount(0)
})

test('a test mail is sent by the mail server, or says what is wrong with it @plain', async ({ owner: page, cli }) => {
  const send = async () => {
    await open(page, '/settings/mail')
    const form = page.getByRole('region', { name: 'Send a test' })
    await form.getByLabel('To', { exact: true }).fill('tester@example.org')
    await form.getByLabel('Mail to send').selectOption('recovery')
    await form.getByRole('button', { name: 'Send test' }).click()
  }
  await send()
  await expect(page.locator('.notices')).toContainText('so the mail is in the mailbox')
  await open(page, '/mailbox')
  await expect(page.getByRole('link', { name: 'tester@example.org' })).toBeVisible()

  const box = await Mailbox.start()
  for (const [name, value] of [['smtp_host', '127.0.0.1'], ['smtp_port', String(box.port)], ['smtp_tls', 'none'], ['from_address', 'tenon@example.org']])
    await cli(['settings', 'set', `mail.${name}`, value])
  await expect(async () => {
    await send()
    await expect(page.locator('.notices')).toContainText('The mail server took the mail to tester@example.org.')
  }).toPass()
  expect((await box.next('tester@example.org')).subject).toBeTruthy()
  await box.stop()
  await send()
  await expect(page.locator('.notice.failed')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Send a test' }).getByLabel('To', { exact: true })).toHaveValue('tester@example.org')
})

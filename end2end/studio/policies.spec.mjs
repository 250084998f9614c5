// The policies of a table: the switch, the matrix, the form and its templates, and who may not change them.
import { makeUser } from './people.mjs'
import { expect, ready, signIn, test } from './fixtures.mjs'
import { changePolicy, NOTES, protectNotes } from './policies.mjs'

test.beforeEach(async ({ migrate }) => migrate(NOTES))

test('rows are protected by forms', async ({ owner: page, store, server }) => {
  await protectNotes(page, server, store)
  await changePolicy(page, server, store)
})

test('every template is a policy that can be made', async ({ owner: page }) => {
  for (const [template, sql] of [
    ['own', /to authenticated using \(owner = auth\.uid\(\)\)/],
    ['members', /using \(exists \(select 1 from members as m where m\.team = notes\.team and m\.person = auth\.uid\(\)\)\)/],
    ['published', /for select using \(published\)/],
    ['nobody', /as restrictive for delete using \(false\)/],
  ]) {
    await page.goto(`/tables/notes/policies?add=policy&template=${template}`)
    await ready(page)
    await page.getByRole('form', { name: 'Add a policy' }).getByRole('button', { name: 'Review' }).click()
    await expect(page.locator('pre')).toHaveText(sql)
  }
})

test('the form asks only for what the command has a use for', async ({ owner: page }) => {
  await page.goto('/tables/notes/policies?add=policy')
  await ready(page)
  const form = page.getByRole('form', { name: 'Add a policy' })
  const [using, check] = [form.getByLabel('Using'), form.getByLabel('With check')]
  await expect(using).toBeVisible()
  await expect(check).toBeVisible()
  await form.getByLabel('Command').selectOption('insert')
  await expect(using).toBeHidden()
  await form.getByRole('button', { name: 'Review' }).click()
  await expect(form.getByRole('alert')).toHaveText([/Give the policy a name/])
  await form.getByLabel('Name').fill('anything')
  await form.getByRole('button', { name: 'Review' }).click()
  await expect(form.getByRole('alert')).toHaveText([/Say which rows may be added/])
  await expect(check).toHaveAttribute('aria-invalid', 'true')
})

test('a phone shows the whole of it', async ({ owner: page, migrate }) => {
  await migrate('create policy own on notes to authenticated using (owner = auth.uid()); alter table notes enable row level security;')
  await page.setViewportSize({ width: 375, height: 720 })
  for (const path of ['', '?add=policy', '?edit=own']) {
    await page.goto(`/tables/notes/policies${path}`)
    await ready(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(375)
  }
})

test('members are refused', async ({ owner: page, browser, baseURL }) => {
  const member = { email: 'member@example.com', password: 'correct horse battery' }
  await makeUser(page, { ...member, role: 'member' })
  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  await other.goto('/tables/notes/policies')
  await expect(other.getByRole('heading', { name: 'Not for this account' })).toBeVisible()
  await expect(other.getByText('Everybody with the publishable key')).toHaveCount(0)
  await other.context().close()
})

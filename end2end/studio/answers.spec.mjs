// Viewing as somebody else, and why they may or may not; and those who must have neither.
import { askWhy, people, SCHEMA, viewAs } from './answers.mjs'
import { expect, ready, signIn, test } from './fixtures.mjs'
import { makeUser } from './people.mjs'

test.beforeEach(async ({ migrate }) => migrate(SCHEMA))

test.describe('as a person', () => {
  // What a role may not see at all is not there, with a status that the browser reports.
  test.use({ allowed: ['status of 404'] })

  test('a table is seen and written as somebody else', async ({ owner: page, store, server }) => {
    await viewAs(page, await people(server, store))
  })
})

test('a cell is not edited while one only looks', async ({ owner: page, store, server }) => {
  const { ada } = await people(server, store)
  const cell = page.getByRole('gridcell', { name: 'hers' })
  await page.goto(`/tables/notes?as=user:${ada}`)
  await ready(page)
  await cell.click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'title' })).toHaveCount(0)
  await page.goto(`/tables/notes?as=write-user:${ada}`)
  await ready(page)
  await cell.click()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'title' }).fill('changed')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'changed' })).toBeVisible()
  await page.goto('/settings/audit')
  await expect(page.getByText('records.written_as')).toBeVisible()
})

test('why is told from the grid and by keyboard', async ({ owner: page, store, server }) => {
  await people(server, store)
  await askWhy(page)
  await page.goto('/tables/notes')
  await ready(page)
  await page.getByRole('gridcell', { name: 'hers' }).click()
  await page.keyboard.press('Alt+w')
  await expect(page.getByRole('heading', { level: 1, name: 'Why? 1' })).toBeVisible()
})

test('a phone shows the whole of it', async ({ owner: page, store, server }) => {
  const { ada } = await people(server, store)
  await page.setViewportSize({ width: 375, height: 720 })
  for (const path of [
    `/tables/notes?as=user:${ada}`, `/tables/notes/records/1?as=write-user:${ada}`, '/view-as?next=/tables/notes',
    `/tables/notes/why?key=2&who=user:${ada}&command=update&v.words=100`, '/tables/notes/why',
  ]) {
    await page.goto(path)
    await ready(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(375)
  }
})

test('members get neither', async ({ owner: page, browser, baseURL, store, server }) => {
  const { ada } = await people(server, store)
  const member = { email: 'member@example.com', password: 'correct horse battery' }
  await makeUser(page, { ...member, role: 'member' })
  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  for (const path of [
    `/tables/notes?as=user:${ada}`, `/tables/notes/records/1?as=user:${ada}`, `/tables/notes/records/1?as=write-user:${ada}`,
    '/view-as?next=/tables/notes', `/tables/notes/why?key=1&who=user:${ada}`,
  ]) {
    await other.goto(path)
    await expect(other.getByRole('heading', { name: 'Not for this account' }), path).toBeVisible()
    await expect(other.getByText('hers'), path).toHaveCount(0)
    await expect(other.getByText('ada@example.org'), path).toHaveCount(0)
  }
  const exported = await other.request.get(`/tables/notes/export?format=csv&as=user:${ada}`)
  expect(exported.status()).toBe(403)
  // Their own view is as it was, without a way to either.
  await other.goto('/tables/notes')
  await ready(other)
  await expect(other.getByRole('link', { name: /View as|Why/ })).toHaveCount(0)
  await other.context().close()
})

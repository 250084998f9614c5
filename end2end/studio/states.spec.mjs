// States: the transitions of a table by form, a record's buttons, its history and the drawing, and the grid's cells.
import { rest } from '../lib/server.mjs'
import { everywhere } from './axe.mjs'
import { makeUser } from './people.mjs'
import { expect, ready, signIn, test } from './fixtures.mjs'
import { addTransition, ARTICLES, meetRefusals, takeOn } from './states.mjs'

test.beforeEach(async ({ migrate }) => migrate(ARTICLES))

test('records go where transitions lead', async ({ owner: page, store, server }) => {
  await addTransition(page, server, store)
  await takeOn(page)
  await meetRefusals(page, server, store)
})

test('a cell offers what can be reached from it', async ({ owner: page, store, server }) => {
  const call = rest(server.url, (await store.keys()).secret)
  await call('POST', 'articles', [{ title: 'One' }])
  await page.goto('/tables/articles?select=stage,title')
  await ready(page)
  const cell = text => page.locator('.grid tbody tr > *').getByText(text, { exact: true })
  await cell('draft').click()
  await page.keyboard.press('Enter')
  const editor = page.locator('.cell-editor').getByLabel('stage', { exact: true })
  await expect(editor.locator('option')).toHaveText(['draft', 'withdrawn'])
  await editor.selectOption('withdrawn')
  await page.keyboard.press('Enter')
  await expect(page.locator('.cell-editor')).toBeHidden()
  await expect(cell('withdrawn')).toBeVisible()
})

test('the review says how many rows can go nowhere, and transitions go as they came', async ({ owner: page, store, server }) => {
  const call = rest(server.url, (await store.keys()).secret)
  await call('POST', 'articles', [{ title: 'One' }, { title: 'Two' }])
  await page.goto('/tables/articles/states')
  await ready(page)
  await page.getByRole('link', { name: 'Delete withdraw' }).click()
  await expect(page.getByText('Rows in states of "stage" that lead nowhere: draft (2).')).toBeVisible()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('2 rows are in states that lead nowhere: draft (2).')).toBeVisible()
})

test('a phone shows the whole of it, and nothing is wrong for anybody', async ({ owner: page, store, server }) => {
  test.setTimeout(200_000)
  const call = rest(server.url, (await store.keys()).secret)
  await call('POST', 'articles', [{ title: 'One' }])
  for (const path of ['/tables/articles/states', '/tables/articles/states?add=stage', '/tables/articles/states?edit=approve', '/tables/articles/records/1']) {
    await page.goto(path)
    await ready(page)
    expect.soft(await everywhere(page), path).toEqual([])
  }
})

test('a member takes what the rules leave', async ({ owner: page, store, server, migrate, browser, baseURL }) => {
  await migrate("create transition submit on articles (stage) from 'draft' to 'review' for authenticated; create transition pull on articles (stage) from 'draft' to 'approved' for anon;")
  const call = rest(server.url, (await store.keys()).secret)
  await call('POST', 'articles', [{ title: 'One' }])
  const member = { email: 'member@example.com', password: 'correct horse battery' }
  await makeUser(page, { ...member, role: 'member' })
  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  await other.goto('/tables/articles/records/1')
  await ready(other)
  const state = other.getByRole('region', { name: 'State' })
  await expect(state.getByRole('button')).toHaveText([/Submit/, /Withdraw/])
  await state.getByRole('button', { name: 'Submit' }).click()
  await expect(state.getByRole('button', { name: 'Approve' })).toBeDisabled()
  await expect(state.getByText('Approve is closed just now: the record does not meet its condition')).toBeVisible()
  await other.goto('/tables/articles/states')
  await expect(other.getByRole('heading', { name: 'Not for this account' })).toBeVisible()
  await other.context().close()
})

// The grid: keys, editing in place, and two people at one record.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { fillShop, SHOP } from './shop.mjs'

test.beforeEach(async ({ migrate, owner, server, store }) => {
  void owner
  await migrate(SHOP)
  const { secret } = await store.keys()
  server.call = rest(server.url, secret)
  await fillShop(server.call)
})

const cell = (page, row, column) => page.locator(`.grid tbody tr:nth-child(${row}) > :nth-child(${column + 1})`)

test('arrows move, Enter edits and saves, Esc leaves', async ({ owner: page, server }) => {
  await page.goto('/tables/orders?select=id,note,total&order=id')
  await ready(page)
  await cell(page, 1, 2).click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const editor = page.locator('.cell-editor').getByLabel('note')
  await expect(editor).toBeFocused()
  await editor.fill('not kept')
  await page.keyboard.press('Escape')
  await expect(cell(page, 2, 2)).toHaveText('second')
  await page.keyboard.press('Enter')
  await editor.fill('changed')
  await page.keyboard.press('Enter')
  await expect(cell(page, 2, 2)).toHaveText('changed')
  await expect(cell(page, 3, 2)).toBeFocused()
  const [order] = await (await server.call('GET', 'orders?id=eq.2&select=note')).json()
  expect(order).toEqual({ note: 'changed' })
})

test('the second of two editors is told and loses nothing', async ({ owner: page, server }) => {
  await page.goto('/tables/orders?select=id,note&order=id')
  await ready(page)
  await cell(page, 1, 2).dblclick()
  await page.locator('.cell-editor').getByLabel('note').fill('mine')
  await server.call('PATCH', 'orders?id=eq.1', { note: 'theirs' })
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Conflict' })
  await expect(dialog).toContainText('theirs')
  await expect(dialog).toContainText('mine')
  await dialog.getByRole('button', { name: 'Save yours' }).click()
  await expect(cell(page, 1, 2)).toHaveText('mine')
})

test.describe('a refused value', () => {
  // The browser tells of every answer that is not a success.
  test.use({ allowed: ['status of 400'] })

  test('a value that does not fit is told at its cell', async ({ owner: page }) => {
    await page.goto('/tables/orders?select=id,total&order=id')
    await ready(page)
    await cell(page, 1, 2).dblclick()
    await page.locator('.cell-editor').getByLabel('total').fill('123456789012')
    await page.keyboard.press('Enter')
    await expect(page.locator('.cell-editor').getByRole('alert')).toBeVisible()
  })
})

test('ticked rows are deleted together', async ({ owner: page }) => {
  await page.goto('/tables/orders?order=id')
  await ready(page)
  await page.getByLabel('Select 1', { exact: true }).check()
  await page.getByLabel('Select 3', { exact: true }).check()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.locator('.grid tbody tr')).toHaveCount(1)
})

// Views of a grid: filters that do not fit, lists, chips, panels, the palette.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'

const SCHEMA = `
create table gates (id integer primary key, code text not null, size smallint, tags text[], about jsonb, at timestamptz);
`
const GATES = [
  { id: 1, code: 'ATLANTA', size: 1, tags: ['wide', 'new'] },
  { id: 2, code: 'a,b', size: 2, tags: ['old'] },
  { id: 3, code: 'plain', size: 3, tags: null },
]

test.beforeEach(async ({ migrate, owner, server, store }) => {
  void owner
  await migrate(SCHEMA)
  const { secret } = await store.keys()
  await rest(server.url, secret)('POST', 'gates', GATES)
})

const rows = page => page.locator('.grid tbody tr')

async function filter(page, column, operator, value) {
  await page.getByText('Filter', { exact: true }).click()
  await page.getByLabel('Column', { exact: true }).selectOption(column)
  await page.getByLabel('Operator').selectOption(operator)
  await page.getByLabel('Value').fill(value)
  await page.getByRole('button', { name: 'Apply filter' }).click()
}

test('a view that cannot be shown says why, and the way back', async ({ owner: page }) => {
  for (const query of ['filter=size.eq.99999', 'filter=garbage(((', 'select=id,gone', 'order=gone.desc', 'filter=gone.eq.1']) {
    await page.goto(`/tables/gates?${query}`)
    await ready(page)
    await expect(page.getByRole('alert').filter({ hasText: 'This view cannot be shown' })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1, name: 'gates' })).toBeVisible()
  }
  await page.getByRole('link', { name: 'Show all records' }).click()
  await expect(rows(page)).toHaveCount(3)
})

test('the builder stays open over a value that does not fit', async ({ owner: page }) => {
  await page.goto('/tables/gates')
  await ready(page)
  await filter(page, 'size', 'eq', '99999')
  await expect(page.getByRole('alert')).toContainText('out of range')
  await expect(page.getByLabel('Value')).toHaveValue('99999')
  await page.getByLabel('Value').fill('2')
  await page.getByRole('button', { name: 'Apply filter' }).click()
  await expect(rows(page)).toHaveCount(1)
})

test('a condition without a value is not dropped in silence', async ({ owner: page }) => {
  await page.goto('/tables/gates')
  await ready(page)
  await filter(page, 'size', 'eq', '')
  await expect(page.getByLabel('Value')).toBeFocused()
  await expect(page).toHaveURL(/\/tables\/gates$/)
})

test('lists hold commas, arrays contain plain values, chips show what was typed', async ({ owner: page }) => {
  await page.goto('/tables/gates')
  await ready(page)
  await filter(page, 'code', 'in', '"a,b", ATLANTA')
  await expect(rows(page)).toHaveCount(2)
  await expect(page.getByRole('group', { name: 'Filter in force' })).toContainText('code is one of "a,b", ATLANTA')
  await page.goto('/tables/gates')
  await ready(page)
  await filter(page, 'tags', 'has', 'wide')
  await expect(rows(page)).toHaveCount(1)
})

test('a moment in any spelling is seen in the builder', async ({ owner: page }) => {
  for (const moment of ['2013-12-31T20:00:30Z', '2013-12-31T20:00:30+02:00']) {
    await page.goto(`/tables/gates?filter=at.gte.${encodeURIComponent(moment)}`)
    await ready(page)
    await page.locator('summary', { hasText: 'Filter' }).click()
    await expect(page.getByLabel('Value')).toHaveValue(moment.replace('Z', ''))
  }
})

test('a string in json stays one', async ({ owner: page, server, store }) => {
  const { secret } = await store.keys()
  const call = rest(server.url, secret)
  await call('PATCH', 'gates?id=eq.1', { about: '5' })
  await page.goto('/tables/gates?select=id,about&order=id')
  await ready(page)
  await rows(page).first().getByRole('gridcell', { name: '"5"' }).dblclick()
  const editor = page.locator('.cell-editor').getByLabel('about')
  await expect(editor).toHaveValue('"5"')
  await editor.fill('"six"')
  await page.keyboard.press('Enter')
  await expect(rows(page).first()).toContainText('"six"')
  expect(await (await call('GET', 'gates?id=eq.1&select=about')).json()).toEqual([{ about: 'six' }])
})

test('panels close on Escape, on a press elsewhere, and when another opens', async ({ owner: page }) => {
  await page.goto('/tables/gates')
  await ready(page)
  const [columns, csv] = [page.getByRole('button', { name: 'Show these' }), page.getByRole('link', { name: /^CSV/ })]
  await page.getByText('Columns', { exact: true }).click()
  await expect(columns).toBeVisible()
  await page.getByText('Export', { exact: true }).click()
  await expect(csv).toBeVisible()
  await expect(columns).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(csv).toBeHidden()
  await page.getByText('Columns', { exact: true }).click()
  await page.getByRole('heading', { level: 1 }).click()
  await expect(columns).toBeHidden()
})

test('the palette says when nothing is called that, and closes at once', async ({ owner: page }) => {
  await page.goto('/tables')
  await ready(page)
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Go to' })
  await page.getByLabel('Go to a table or page').fill('zzz')
  await expect(palette).toContainText('Nothing is called that.')
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
})

test('the API page says that a table is closed to the key in its code', async ({ owner: page }) => {
  await page.goto('/api?table=gates')
  await ready(page)
  await expect(page.getByText('sees nothing of this table yet')).toBeVisible()
})

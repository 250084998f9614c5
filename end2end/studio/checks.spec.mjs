// Checks: while one types, in the record's form and in the grid; and in the designer, with the rows that fail.
import { rest } from '../lib/server.mjs'
import { errorOf, field, HOURS, SCHEMA, SPAN } from './checks.mjs'
import { expect, ready, test } from './fixtures.mjs'

const PHONE = { width: 390, height: 844 }

async function open(page, path) {
  await page.goto(path)
  await ready(page)
}

/** Requests to write, of which there are none while one types. */
function posts(page) {
  const seen = []
  page.on('request', request => request.method() === 'POST' && request.url().includes('/records/') && seen.push(request.url()))
  return seen
}

for (const [name, viewport] of [['desktop', undefined], ['phone', PHONE]]) {
  test(`what does not pass is said while one types (${name})`, async ({ owner: page, migrate }) => {
    if (viewport) await page.setViewportSize(viewport)
    await migrate(SCHEMA)
    await open(page, '/tables/tasks/new')
    const sent = posts(page)
    await expect(errorOf(page, 'hours')).toHaveCount(0)
    await field(page, 'hours').fill('0')
    await expect(errorOf(page, 'hours')).toHaveText(HOURS)
    await expect(field(page, 'hours')).toHaveAttribute('aria-invalid', 'true')
    await expect(field(page, 'hours')).toHaveAccessibleDescription(HOURS)
    await field(page, 'hours').fill('0.5')
    await expect(errorOf(page, 'hours')).toHaveCount(0)
    await expect(field(page, 'hours')).not.toHaveAttribute('aria-invalid')

    // Over several columns: at the one that was touched last, and above the form.
    await field(page, 'starts').fill('2024-02-02')
    await field(page, 'ends').fill('2024-02-01')
    await expect(errorOf(page, 'ends')).toHaveText(SPAN)
    await expect(errorOf(page, 'starts')).toHaveCount(0)
    await expect(page.getByRole('alert')).toContainText(SPAN)
    await field(page, 'starts').fill('2024-02-03')
    await expect(errorOf(page, 'starts')).toHaveText(SPAN)
    await expect(errorOf(page, 'ends')).toHaveCount(0)
    await field(page, 'starts').fill('2024-01-31')
    await expect(page.getByText(SPAN)).toHaveCount(0)
    expect(sent).toEqual([])

    await field(page, 'title').fill('x'.repeat(21))
    await expect(errorOf(page, 'title')).toContainText('tasks_title_check')
    await page.getByRole('button', { name: 'Add record' }).click()
    await ready(page)
    await expect(errorOf(page, 'title')).toContainText('tasks_title_check')
    await expect(field(page, 'ends')).toHaveValue('2024-02-01')
    await field(page, 'title').fill('short')
    await expect(errorOf(page, 'title')).toHaveCount(0)
    await page.getByRole('button', { name: 'Add record' }).click()
    await expect(page.getByText('Added “short')).toBeVisible()
  })
}

test('a cell says while one types what does not pass', async ({ owner: page, migrate, server, store }) => {
  await migrate(SCHEMA)
  const call = rest(server.url, (await store.keys()).secret)
  expect((await call('POST', 'tasks', [{ title: 'one', starts: '2024-02-02', hours: 2 }])).ok).toBe(true)
  await open(page, '/tables/tasks')
  await page.getByRole('gridcell', { name: '2.0' }).or(page.locator('td.cell-number', { hasText: '2.0' })).first().dblclick()
  const editor = page.locator('.cell-editor')
  await editor.locator('input').fill('0')
  await expect(editor.getByRole('alert')).toHaveText(HOURS)
  await editor.locator('input').fill('3')
  await expect(editor.getByRole('alert')).toHaveCount(0)
  await editor.locator('input').press('Enter')
  await expect(page.locator('td.cell-number', { hasText: '3.0' })).toBeVisible()
})

test('a check is added, seen, told otherwise and dropped', async ({ owner: page, migrate, server, store }) => {
  await migrate(SCHEMA)
  const call = rest(server.url, (await store.keys()).secret)
  const rows = Array.from({ length: 105 }, (_, n) => ({ title: `task ${n}`, hours: n + 1 }))
  expect((await call('POST', 'tasks', rows)).ok).toBe(true)
  await open(page, '/tables/tasks/structure?add=check')
  const add = page.getByRole('form', { name: 'Add a check' })
  await add.getByLabel('Every row must fulfil').fill('hours < > 3')
  await add.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toContainText('line 1, column 9')
  await page.getByRole('link', { name: 'Go back' }).click()
  await ready(page)
  await add.getByLabel('Every row must fulfil').fill('hours > 102')
  await add.getByLabel('What people are told otherwise').fill('Too short.')
  await add.getByRole('button', { name: 'Review' }).click()

  const obstacles = page.getByRole('alert')
  await expect(obstacles).toContainText('102 rows of "tasks" do not pass the check "tasks_hours_check"')
  await expect(obstacles.getByRole('link')).toHaveCount(100)
  await expect(page.getByRole('button', { name: 'Apply' })).toHaveCount(0)
  await obstacles.getByRole('link', { name: '1', exact: true }).click()
  await expect(page).toHaveURL(/\/tables\/tasks\/records\/1$/)

  await open(page, '/tables/tasks/structure?add=check')
  await add.getByLabel('Every row must fulfil').fill('hours > 102')
  await add.getByLabel('What people are told otherwise').fill('Too short.')
  await add.getByLabel('Leave the rows that are there alone').check()
  await add.getByRole('button', { name: 'Review' }).click()
  await expect(page.locator('pre')).toContainText('not valid')
  await page.getByRole('button', { name: 'Apply' }).click()
  const section = page.getByRole('region', { name: 'Checks' })
  await expect(section.getByText('Too short.')).toBeVisible()
  await expect(section.getByText('older rows may fail')).toBeVisible()
  const refused = await call('POST', 'tasks', [{ title: 'x', hours: 5 }])
  expect(await refused.json()).toMatchObject({ code: '23514', message: 'Too short.' })

  await ready(page)
  await section.getByRole('link', { name: 'Edit tasks_hours_check' }).click()
  await page.getByLabel('What people are told whose row does not pass').fill('Much too short.')
  await page.getByRole('form', { name: 'Change tasks_hours_check' }).getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(section.getByText('Much too short.')).toBeVisible()
  await ready(page)
  await section.getByRole('link', { name: 'Drop tasks_hours_check' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(section.getByText('Much too short.')).toHaveCount(0)
})

test('a default is calculated', async ({ owner: page, migrate }) => {
  await migrate(SCHEMA)
  await open(page, '/tables/tasks/structure?add=column')
  const add = page.getByRole('form', { name: 'Add a column' })
  await add.getByLabel('Name', { exact: true }).fill('due')
  await add.getByLabel('Type').selectOption('timestamptz')
  await add.getByLabel('If not given').selectOption('expression')
  await add.getByLabel('Value', { exact: true }).fill("now() + interval '7 days'")
  await add.getByRole('button', { name: 'Review' }).click()
  await expect(page.locator('pre')).toContainText("default (now() + '7 days')")
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('row', { name: /due/ })).toContainText("now() + '7 days'")
})

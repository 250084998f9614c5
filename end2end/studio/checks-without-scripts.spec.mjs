// Checks with scripts off: the server says what does not pass, at the fields, and what was typed stays.
import { errorOf, field, HOURS, SCHEMA, SPAN } from './checks.mjs'
import { expect, OWNER, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test('a record that does not pass comes back with what was typed', async ({ page, store, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate(SCHEMA)
  await page.goto('/sign-in?next=/tables/tasks/new')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  await field(page, 'title').fill('one')
  await field(page, 'starts').fill('2024-02-02')
  await field(page, 'ends').fill('2024-02-01')
  await page.getByRole('button', { name: 'Add record' }).click()
  await expect(errorOf(page, 'ends')).toHaveText(SPAN)
  await expect(page.getByRole('alert')).toContainText(SPAN)
  await expect(field(page, 'title')).toHaveValue('one')
  await expect(field(page, 'starts')).toHaveValue('2024-02-02')
  await field(page, 'ends').fill('2024-02-03')
  await field(page, 'hours').fill('0')
  await page.getByRole('button', { name: 'Add record' }).click()
  await expect(errorOf(page, 'hours')).toHaveText(HOURS)
  await expect(errorOf(page, 'ends')).toHaveCount(0)
  await field(page, 'hours').fill('1')
  await page.getByRole('button', { name: 'Add record' }).click()
  await expect(page.getByText('Added “one')).toBeVisible()
})

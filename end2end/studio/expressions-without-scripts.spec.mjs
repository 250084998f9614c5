// The editor of expressions and the advisor, with scripts off.
import { rest } from '../lib/server.mjs'
import { expect, OWNER, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test.beforeEach(async ({ page, store, server, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate('create table notes (id bigint primary key, title text, size integer); grant select on notes to anon;')
  await rest(server.url, (await store.keys()).secret)('POST', 'notes', [{ id: 1, title: 'a', size: 1 }, { id: 2, title: null, size: 2 }])
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('a condition is checked and tried by buttons', async ({ page }) => {
  await page.goto('/tables/notes/policies?add=policy')
  const field = page.locator('.of-using')
  await field.getByLabel('Using').fill("titel = 'a'")
  await field.getByText('Try it on rows').click()
  await field.getByRole('button', { name: 'Check' }).click()
  await expect(field.getByText('column notes.titel does not exist')).toBeVisible()
  await expect(field.getByLabel('Using')).toHaveValue("titel = 'a'")
  await field.getByLabel('Using').fill("title = 'a'")
  await field.getByRole('button', { name: 'Check' }).click()
  await expect(field.getByText('1 true, 0 false, 1 null')).toBeVisible()
  await field.getByRole('button', { name: 'null', exact: true }).first().click()
  await expect(field.locator('tbody tr')).toHaveCount(1)
  // Enter in a field is still the review.
  await page.getByLabel('Name').fill('mine')
  await page.getByLabel('Name').press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Review the change' })).toBeVisible()
})

test('a finding is dismissed and taken up again', async ({ page }) => {
  await page.goto('/advisor')
  const finding = page.getByRole('listitem').filter({ hasText: 'Everybody with the publishable key may see every row of "notes".' })
  await expect(finding).toBeVisible()
  await finding.getByText('Dismiss…').click()
  await finding.getByLabel('Why it may stay as it is').fill('a price list')
  await finding.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('The finding is dismissed.')).toBeVisible()
  await page.getByText('1 dismissed finding').click()
  await expect(page.getByText('a price list')).toBeVisible()
  await page.getByRole('button', { name: 'Take up again' }).click()
  await expect(finding).toBeVisible()
})

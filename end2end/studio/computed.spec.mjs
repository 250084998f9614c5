// Computed columns by form: an expression, a lookup, a rollup; then shown, sorted by, and written by nobody.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { fillShop, SHOP } from './shop.mjs'

test.beforeEach(async ({ migrate, server, store }) => {
  await migrate(SHOP)
  await fillShop(rest(server.url, (await store.keys()).secret))
})

async function open(page, path) {
  await page.goto(path)
  await ready(page)
}

/** Reviews a form's change, looks at its SQL, and makes it. */
async function make(page, form, sql) {
  await form.getByRole('button', { name: 'Review' }).click()
  await page.waitForURL(/\/schema\?/)
  await ready(page)
  await expect(page.locator('pre')).toContainText(sql)
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL(/\/structure$/)
  await ready(page)
}

test('a rollup, a lookup and an expression are added by form, shown and sorted by', async ({ owner: page }) => {
  await open(page, '/tables/customers/structure')
  await page.getByRole('link', { name: 'Add rollup' }).click()
  let form = page.getByRole('form', { name: 'Add a rollup' })
  await form.getByLabel('Name', { exact: true }).fill('spent')
  await form.getByLabel('Computes').selectOption('sum')
  await form.getByLabel('Of', { exact: true }).selectOption('orders|total')
  await form.getByLabel('Only records for which').fill('paid')
  await form.getByLabel('Keep the value').check()
  await make(page, form, '(select sum("orders"."total") from "orders" where "orders"."customer_id" = "customers"."id" and (paid))) stored')
  await expect(page.getByRole('row', { name: /spent/ })).toContainText('computed, kept')

  await open(page, '/tables/orders/structure')
  await page.getByRole('link', { name: 'Add lookup' }).click()
  form = page.getByRole('form', { name: 'Add a lookup' })
  await form.getByLabel('Name', { exact: true }).fill('customer')
  await form.getByLabel('Shows').selectOption('orders_customer_id_fkey|name')
  await make(page, form, '"customers"."name" from "customers"')
  await page.getByRole('link', { name: 'Add computed' }).click()
  form = page.getByRole('form', { name: 'Add a computed column' })
  await form.getByLabel('Name', { exact: true }).fill('with_tax')
  await form.getByLabel('Type').selectOption('numeric')
  await form.getByLabel('Size').fill('10,2')
  await form.getByLabel('Computed from').fill('total * 1.19 +')
  await form.getByRole('button', { name: 'Review' }).click()
  await page.waitForURL(/\/schema\?/)
  await ready(page)
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByRole('link', { name: 'Go back' }).click()
  await expect(form.getByLabel('Computed from')).toHaveValue('total * 1.19 +')
  await form.getByLabel('Computed from').fill('total * 1.19')
  await make(page, form, 'generated always as (total * 1.19) virtual')

  await open(page, '/tables/customers?order=spent')
  const rows = page.getByRole('row')
  await expect(rows.nth(1)).toContainText('19.50')
  await expect(page.getByRole('columnheader', { name: /spent/ }).getByRole('link')).toHaveAttribute('title', /computed: \(select sum/)

  await open(page, '/tables/orders?order=customer.desc,id')
  await expect(rows.nth(1)).toContainText('Grace')
  await expect(rows.nth(2)).toContainText('14.88')
  const cell = rows.nth(2).getByText('14.88')
  await cell.dblclick()
  await expect(page.locator('.cell-editor input')).toHaveCount(0)

  await open(page, '/tables/orders/records/1')
  await expect(page.locator('.record-field.computed', { hasText: 'customer' }).getByRole('status').first()).toHaveText('Ada')
  await page.getByLabel('total').fill('100')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.locator('.record-field.computed', { hasText: 'with_tax' }).getByRole('status')).toHaveText('119.00')
})

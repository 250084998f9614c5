// The application's roles: made, given, granted columns, seen at a glance, and what a member with one sees.
import { rest } from '../lib/server.mjs'
import { makeUser } from './people.mjs'
import { expect, ready, signIn, test } from './fixtures.mjs'

const SHOP = `
create table orders (id bigint primary key, customer text not null, total numeric(10,2), margin numeric(10,2));
create table secrets (id bigint primary key, word text);
`

const review = async page => {
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.locator('pre')).toBeVisible()
}

test('a role is made, granted columns, and given to a member, who sees these', async ({ owner: page, migrate, browser, baseURL, server, store }) => {
  await migrate(SHOP)
  const call = rest(server.url, (await store.keys()).secret)
  await call('POST', 'orders', [{ id: 1, customer: 'Ada', total: 12.5, margin: 3 }])
  await page.goto('/roles')
  await ready(page)
  await page.getByRole('link', { name: 'Add role' }).click()
  const form = page.getByRole('form', { name: 'Add a role' })
  await expect(form.getByLabel('like signed-in users')).toBeChecked()
  await form.getByLabel('Name').fill('clerk')
  await form.getByLabel('What it is for').fill('takes orders')
  await review(page)
  await expect(page.locator('pre')).toContainText('create role "clerk" in role "authenticated";')
  await page.getByRole('button', { name: /Apply|Change/ }).click()
  await expect(page.getByRole('list', { name: 'Roles' })).toContainText('takes orders')

  await page.goto('/tables/orders/structure')
  await ready(page)
  const clerk = page.getByRole('group', { name: 'clerk' })
  await clerk.getByText('Single columns').click()
  for (const column of ['id', 'customer', 'total']) await clerk.getByLabel(`clerk: Read rows, ${column}`).check()
  await page.getByRole('form', { name: 'Access through the API' }).getByRole('button', { name: 'Review' }).click()
  await expect(page.locator('pre')).toContainText('grant select ("id", "customer", "total") on "orders" to clerk;')
  await page.getByRole('button', { name: /Apply|Change/ }).click()

  await page.goto('/roles')
  await ready(page)
  await expect(page.getByRole('region', { name: 'Tables and roles' })).toContainText('clerk: select: all rows, some columns')

  const member = { email: 'clerk@example.com', password: 'correct horse battery' }
  await makeUser(page, { ...member, role: 'member' })
  await page.getByLabel('Role in the application').selectOption('clerk')
  await page.getByRole('button', { name: 'Give role' }).click()
  await expect(page.getByLabel('Role in the application')).toHaveValue('clerk')

  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  await other.goto('/tables/orders')
  await ready(other)
  await expect(other.getByRole('columnheader', { name: /total/ })).toBeVisible()
  await expect(other.getByRole('columnheader', { name: /margin/ })).toHaveCount(0)
  await other.goto('/tables')
  await expect(other.getByRole('link', { name: 'secrets' })).toHaveCount(0)
  await other.goto('/roles')
  await expect(other.getByRole('heading', { name: 'Not for this account' })).toBeVisible()
})

test('a phone shows the roles', async ({ owner: page, migrate }) => {
  await migrate(`${SHOP} create role clerk in role authenticated; grant select (id) on orders to clerk;`)
  await page.setViewportSize({ width: 375, height: 720 })
  for (const path of ['/roles', '/roles?add=role', '/roles?edit=clerk', '/tables/orders/structure']) {
    await page.goto(path)
    await ready(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(375)
  }
})

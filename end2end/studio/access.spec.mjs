// Every page, in light and dark, at desktop and phone width: no axe violation, and nothing wider than the screen.
import { rest } from '../lib/server.mjs'
import { everywhere } from './axe.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { fillShop, SHOP } from './shop.mjs'

const PAGES = [
  '/tables', '/tables/new', '/tables/orders', '/tables/orders?filter=and(paid.is.true,or(total.gt.5,note.is.null))', '/tables/orders/structure',
  '/tables/orders/policies', '/tables/customers/policies', '/tables/customers/policies?edit=own',
  '/tables/orders/policies?do=create-policy&review=true&name=x&using=totl%20%3E%201',
  '/roles', '/roles?add=role',
  '/tables/orders/new', '/tables/orders/records/1', '/import', '/diagram', '/schema', '/types', '/api?table=orders',
  '/settings/profile', '/settings/keys', '/settings/history', '/welcome',
]

const POLICIES = `
grant select on orders to anon;
grant select, update on customers to authenticated;
alter table customers enable row level security;
create policy own on customers for select to authenticated using (email = auth.email());
create role clerk in role authenticated;
grant select (id, total), update (total) on orders to clerk;
create policy named on customers as restrictive using (name <> '') with check (length(name) < 80);
`

test('pages before signing in', async ({ page, store, server }) => {
  void server
  await page.goto('/setup')
  await ready(page)
  expect(await everywhere(page)).toEqual([])
  await store.cli(['owner', 'add', 'a@example.com'], 'correct horse battery\n')
  await page.goto('/sign-in')
  await ready(page)
  expect(await everywhere(page)).toEqual([])
})

test('pages of the Studio', async ({ owner: page, migrate, server, store }) => {
  test.setTimeout(400_000)
  await migrate(SHOP)
  await migrate(POLICIES)
  const { secret } = await store.keys()
  await fillShop(rest(server.url, secret))
  for (const path of PAGES) {
    await page.goto(path)
    await ready(page)
    expect.soft(await everywhere(page), path).toEqual([])
  }
})

// From page to page by links: nothing of the page that is left may stop the one that comes.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'
import { fillShop, SHOP } from './shop.mjs'

test.beforeEach(async ({ migrate, owner, server, store }) => {
  void owner
  await migrate(SHOP)
  const { secret } = await store.keys()
  await fillShop(rest(server.url, secret))
})

const PATHS = [
  ['/api?table=customers', 'Back to the grid', 'customers'],
  ['/api?table=customers', 'Tables', 'Tables'],
  ['/tables/customers?order=name.desc', 'Import', 'Import a CSV file'],
  ['/tables/customers?q=ada', 'orders', 'orders'],
  ['/tables/customers/records/1', 'orders', 'orders'],
  ['/tables/orders/new?from=1', 'Diagram', 'Diagram'],
  ['/types', 'Tables', 'Tables'],
  ['/tables/orders/structure?add=column', 'API', 'API'],
]

test('every way from one page to another leads there, as often as one goes it', async ({ owner: page }) => {
  const main = page.locator('main')
  for (let round = 0; round < 4; round += 1) {
    for (const [from, link, title] of PATHS) {
      await page.goto(from)
      await ready(page)
      await (link === 'Import' ? main : page).getByRole('link', { name: link, exact: true }).first().click()
      await expect(main.getByRole('heading', { level: 1 }), `${from} → ${link}`).toHaveText(title)
    }
  }
})

test('a page that is left before its data came is not missed', async ({ owner: page }) => {
  await page.goto('/tables')
  await ready(page)
  const main = page.locator('main')
  // Answers take their time; the person does not.
  await page.route(/\/api\//, async route => {
    const answer = await route.fetch().catch(() => undefined)
    if (answer) await route.fulfill({ response: answer }).catch(() => undefined)
  })
  for (let round = 0; round < 4; round += 1) {
    for (const name of ['Diagram', 'API', 'customers', 'Types', 'orders', 'Tables', 'Import'])
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).first().click({ noWaitAfter: true })
  }
  await expect(main.getByRole('heading', { level: 1 })).toHaveText('Import a CSV file')
  await page.getByRole('navigation').getByRole('link', { name: 'orders', exact: true }).click()
  await expect(main.locator('.grid tbody tr')).toHaveCount(3)
})

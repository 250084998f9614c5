// Viewing as somebody else, and asking why, with scripts off.
import { askWhy, people, SCHEMA, viewAs } from './answers.mjs'
import { expect, OWNER, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off; what somebody may not read is not there.
test.use({ allowed: ['preloaded using link preload but not used', 'status of 404'] })

test('a table is seen as somebody else, and every answer has its reason', async ({ page, store, server, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate(SCHEMA)
  const who = await people(server, store)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await viewAs(page, who)
  await askWhy(page)
})

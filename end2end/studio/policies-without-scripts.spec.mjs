// Policies, with scripts off.
import { expect, OWNER, test } from './fixtures.mjs'
import { changePolicy, NOTES, protectNotes } from './policies.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test('rows are protected by forms', async ({ page, store, server, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate(NOTES)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await protectNotes(page, server, store)
  await changePolicy(page, server, store)
})

// States, with scripts off.
import { expect, OWNER, test } from './fixtures.mjs'
import { addTransition, ARTICLES, meetRefusals, takeOn } from './states.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test('records go where transitions lead', async ({ page, store, server, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate(ARTICLES)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await addTransition(page, server, store)
  await takeOn(page)
  await meetRefusals(page, server, store)
})

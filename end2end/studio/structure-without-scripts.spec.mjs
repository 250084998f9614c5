// A change that is refused, with scripts off: the form comes back with what was typed.
import { expect, OWNER, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test('a refused column leads back to its form', async ({ page, store, migrate }) => {
  await store.cli(['owner', 'add', OWNER.email], `${OWNER.password}\n`)
  await migrate('create table books (id integer primary key, title text);')
  await page.goto('/sign-in?next=/tables/books/structure%3Fadd%3Dcolumn')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  const add = page.getByRole('form', { name: 'Add a column' })
  await add.getByLabel('Name', { exact: true }).fill('title')
  await add.getByLabel('Type').selectOption('integer')
  await add.getByLabel('Required').check()
  await add.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toContainText('already exists')
  await page.getByRole('link', { name: 'Go back' }).click()
  await expect(add.getByLabel('Name', { exact: true })).toHaveValue('title')
  await expect(add.getByLabel('Type')).toHaveValue('integer')
  await expect(add.getByLabel('Required')).toBeChecked()
})

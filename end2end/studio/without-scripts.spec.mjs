// The main path with scripts off: links and forms.
import { expect, OWNER, test } from './fixtures.mjs'

// The page offers its wasm before anybody knows that scripts are off.
test.use({ allowed: ['preloaded using link preload but not used'] })

test('from the first owner to a sorted grid', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create owner' }).click()
  await page.getByRole('link', { name: /Start empty/ }).click()

  await page.getByLabel('Name', { exact: true }).first().fill('books')
  await page.getByRole('group', { name: 'Column 2' }).getByRole('textbox', { name: 'Name' }).fill('title')
  await page.getByRole('button', { name: 'Review' }).last().click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('The schema is changed.')).toBeVisible()

  for (const title of ['Emma', 'Ulysses']) {
    await page.goto('/tables/books/new')
    await page.getByRole('textbox', { name: /^title\b/ }).fill(title)
    await page.getByRole('button', { name: 'Add record' }).click()
  }
  await page.goto('/tables/books')
  const rows = page.getByRole('region', { name: 'Records of books' }).locator('tbody tr')
  await expect(rows).toHaveCount(2)
  await page.getByRole('link', { name: 'title', exact: true }).click()
  await expect(rows).toHaveText([/Emma/, /Ulysses/])
  await page.getByRole('link', { name: 'title', exact: true }).click()
  await expect(rows).toHaveText([/Ulysses/, /Emma/])

  await page.getByRole('link', { name: /^Open / }).first().click()
  await page.getByRole('textbox', { name: /^title\b/ }).fill('Finnegans Wake')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await page.goto('/tables/books')
  await expect(rows.filter({ hasText: 'Finnegans Wake' })).toHaveCount(1)
})

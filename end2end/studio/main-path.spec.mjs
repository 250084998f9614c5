// The main job in the browser: from nothing to a table with records.
import { expect, OWNER, ready, test } from './fixtures.mjs'

test('from the first owner to a filtered grid @both', async ({ page }) => {
  await page.goto('/')
  await ready(page)
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create owner' }).click()
  await page.getByRole('link', { name: /Start empty/ }).click()

  await test.step('describe a table, see its SQL, apply it', async () => {
    await expect(page).toHaveURL(/\/tables\/new/)
    await ready(page)
    await page.getByLabel('Name', { exact: true }).first().fill('books')
    const column = page.getByRole('group', { name: 'Column 2' })
    await column.getByRole('textbox', { name: 'Name' }).fill('title')
    await page.getByRole('button', { name: 'Review' }).last().click()
    await expect(page.locator('pre')).toContainText(/create table "?books"?/i)
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByText('The schema is changed.')).toBeVisible()
  })

  await test.step('add records', async () => {
    for (const title of ['Emma', 'Ulysses', 'Dracula']) {
      await page.goto('/tables/books/new')
      await ready(page)
      await page.getByRole('textbox', { name: /^title\b/ }).fill(title)
      await page.getByRole('button', { name: 'Add record' }).click()
      await expect(page).not.toHaveURL(/\/new$/)
    }
  })

  await test.step('sort and filter; the view is the address', async () => {
    await page.goto('/tables/books?order=title.desc')
    const rows = page.getByRole('region', { name: 'Records of books' }).locator('tbody tr')
    await expect(rows).toHaveText([/Ulysses/, /Emma/, /Dracula/])
    await page.goto('/tables/books?filter=and(title.like.D*)')
    await expect(rows).toHaveText([/Dracula/])
    await page.getByRole('link', { name: /^Remove: / }).click()
    await expect(rows).toHaveCount(3)
  })
})

// A CSV file into a new table and into one that is there.
import { readFile } from 'node:fs/promises'
import { expect, ready, test } from './fixtures.mjs'

const BIRDS = 'code,name,weight\nA,Auk,12\nB,Bee-eater,NA\nC,Crane,5000\n'

async function look(page, name, text) {
  await page.goto('/import')
  await ready(page)
  await page.getByLabel('CSV file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await expect(page).toHaveURL(/upload=/)
  await ready(page)
}

async function importBirds(page) {
  await look(page, 'birds.csv', BIRDS)
  await expect(page.getByRole('checkbox', { name: 'NA' })).toBeChecked()
  await expect(page.getByLabel('Type of column weight')).toHaveValue('integer')
  await page.getByLabel('Primary key').selectOption('code')
  await page.getByRole('button', { name: 'Make the table and import' }).click()
  await expect(page.getByRole('heading', { name: '3 rows are in “birds”' })).toBeVisible()
}

test('a file becomes a table', async ({ owner: page }) => {
  await importBirds(page)
  await page.getByRole('link', { name: 'Open the table' }).click()
  const rows = page.getByRole('region', { name: 'Records of birds' }).locator('tbody tr')
  await expect(rows).toHaveText([/Auk/, /Bee-eater.*null/, /Crane/])
})

test('what does not fit comes back as a file', async ({ owner: page }) => {
  await importBirds(page)
  await look(page, 'more.csv', 'code,name,weight\nA,Again,1\nD,Dove,300\n')
  await page.getByLabel('Into').selectOption('birds')
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page).toHaveURL(/table=birds/)
  await page.getByLabel(/^What fits/).check()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { name: '1 rows are in “birds”' })).toBeVisible()
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Rows that did not fit' }).click()
  const report = await readFile(await (await waiting).path(), 'utf8')
  expect(report).toMatch(/^code,name,weight,error\r?\nA,Again,1,/)
})

test('all or nothing: one bad row, and nothing is imported', async ({ owner: page }) => {
  await importBirds(page)
  await look(page, 'more.csv', 'code,name,weight\nA,Again,1\nD,Dove,300\n')
  await page.getByLabel('Into').selectOption('birds')
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page).toHaveURL(/table=birds/)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Nothing was imported' })).toBeVisible()
})

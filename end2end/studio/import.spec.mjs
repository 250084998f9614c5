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

const TWICE = 'code,name\nA,Auk\nA,Again\n'

async function importTwice(page) {
  await look(page, 'twice.csv', TWICE)
  await page.getByLabel('Primary key').selectOption('code')
  await page.getByRole('button', { name: 'Make the table and import' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing was imported' })).toBeVisible()
  await ready(page)
}

test('what failed can be tried again with what fits', async ({ owner: page }) => {
  await importTwice(page)
  await expect(page.getByRole('link', { name: 'Open the table' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Import what fits instead' }).click()
  await expect(page.getByRole('heading', { name: '1 rows are in “twice”' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Import what fits instead' })).toHaveCount(0)
})

test('what failed can be tried again with other choices', async ({ owner: page }) => {
  await importTwice(page)
  await page.getByRole('link', { name: 'Change the choices' }).click()
  await expect(page).toHaveURL(/upload=/)
  await expect(page.getByLabel('Primary key')).toHaveValue('code')
  await page.getByLabel('Primary key').selectOption('+id')
  await page.getByRole('button', { name: 'Make the table and import' }).click()
  await expect(page.getByRole('heading', { name: '2 rows are in “twice”' })).toBeVisible()
})

test('a picture is no CSV file', async ({ owner: page }) => {
  await look(page, 'photo.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'))
  await expect(page.getByRole('alert')).toContainText('this is not a CSV file')
  await expect(page.getByLabel('CSV file')).toBeVisible()
})

test('a NUL in a cell is shown, and the page still works', async ({ owner: page }) => {
  await look(page, 'nul.csv', 'code,name\nA,\0\nB,a\0b\n')
  const cells = page.getByRole('region', { name: 'The file’s columns and first rows' }).locator('tbody td')
  await expect(cells).toHaveText(['A', '\ufffd', 'B', 'a\ufffdb'])
  await expect(page.getByLabel('Primary key')).toBeEnabled()
})

test('columns that the table lacks are left out, and those that it needs are named', async ({ owner: page }) => {
  await importBirds(page)
  await look(page, 'more.csv', 'name,minute\nDove,1\n')
  await page.getByLabel('Into').selectOption('birds')
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page).toHaveURL(/table=birds/)
  await expect(page.getByLabel('Where column name goes')).toHaveValue('name')
  await expect(page.getByLabel('Where column minute goes')).toHaveValue('')
  await expect(page.locator('.notice', { hasText: 'Every record needs a value here' })).toContainText('code')
})

test('on a phone only the preview’s own frame scrolls sideways', async ({ owner: page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await look(page, 'birds.csv', BIRDS)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

test('a name with quotes is read as it was', async ({ owner: page }) => {
  await look(page, 'evil "name".csv', BIRDS)
  await expect(page.getByRole('heading', { name: 'Import evil "name".csv' })).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('evil_name')
})

// Changing tables with forms: errors lead back to the form, and the review says what the data has against a change.
import { rest } from '../lib/server.mjs'
import { expect, OWNER, ready, signIn, test } from './fixtures.mjs'

const SCHEMA = `
create table planes (tailnum text primary key, seats integer);
create table flights (id integer primary key, tailnum text, code text, note text);
`
const FLIGHTS = [
  { id: 1, tailnum: 'N1', code: '7', note: 'x' },
  { id: 2, tailnum: 'N1234', code: 'seven', note: 'x' },
  { id: 3, tailnum: 'N1234', code: 'eight', note: null },
]

test.beforeEach(async ({ migrate, server, store }) => {
  await migrate(SCHEMA)
  const call = rest(server.url, (await store.keys()).secret)
  for (const [table, rows] of [['planes', [{ tailnum: 'N1', seats: 9 }]], ['flights', FLIGHTS]]) {
    const answer = await call('POST', table, rows)
    if (!answer.ok) throw new Error(await answer.text())
  }
})

const form = (page, name) => page.getByRole('form', { name })
const review = within => within.getByRole('button', { name: 'Review' }).click()

/** From a review to its form; what is typed before hydration might not stay. */
async function goBack(page) {
  await page.waitForURL(/\/schema\?/)
  await ready(page)
  await page.getByRole('link', { name: 'Go back' }).click()
  await expect(page).not.toHaveURL(/\/schema\?/)
}

async function open(page, path) {
  await page.goto(path)
  await ready(page)
}

/** On the review: what is wrong, without a place in SQL that nobody wrote. */
async function refused(page, text) {
  await expect(page.getByRole('heading', { level: 1, name: 'Review the change' })).toBeVisible()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(text)
  await expect(alert).not.toContainText('line 1')
  await expect(page.getByRole('button', { name: 'Apply' })).toHaveCount(0)
}

test('a column that cannot be added leads back to what was typed', async ({ owner: page }) => {
  await open(page, '/tables/flights/structure?add=column')
  const add = form(page, 'Add a column')
  await add.getByLabel('Name', { exact: true }).fill('note')
  await add.getByLabel('Type').selectOption('integer')
  await add.getByLabel('If not given').selectOption('value')
  await add.getByLabel('Value', { exact: true }).fill('4')
  await add.getByLabel('Required').check()
  await review(add)
  await refused(page, 'already exists')
  await expect(page.locator('pre')).toContainText('add column "note" integer')
  await goBack(page)
  await expect(add.getByLabel('Name', { exact: true })).toHaveValue('note')
  await expect(add.getByLabel('Type')).toHaveValue('integer')
  await expect(add.getByLabel('Value', { exact: true })).toHaveValue('4')
  await expect(add.getByLabel('Required')).toBeChecked()

  await add.getByLabel('Name', { exact: true }).fill('rank')
  await add.getByLabel('Unique').check()
  await review(add)
  await refused(page, 'Key (rank)=(4) is duplicated.')
})

test('an edit that differs in nothing, and one that was reviewed, lead back to the form', async ({ owner: page }) => {
  await open(page, '/tables/flights/structure?edit=note')
  const edit = form(page, 'Change note')
  await review(edit)
  await refused(page, 'Nothing is different.')
  await goBack(page)
  await edit.getByLabel('Comment').fill('for the crew')
  await edit.getByLabel('Name', { exact: true }).fill('remark')
  await review(edit)
  await expect(page.locator('pre')).toContainText('rename column')
  await goBack(page)
  await expect(edit.getByLabel('Name', { exact: true })).toHaveValue('remark')
  await expect(edit.getByLabel('Comment')).toHaveValue('for the crew')
  const twice = await page.locator('main [id]').evaluateAll(all => all.map(one => one.id).filter((id, at, ids) => ids.indexOf(id) !== at))
  expect(twice).toEqual([])
})

test('forms of keys and types keep what was chosen', async ({ owner: page }) => {
  await open(page, '/tables/flights/structure?add=unique')
  await review(form(page, 'Add a unique constraint'))
  await refused(page, 'Choose at least one column.')
  await goBack(page)
  await form(page, 'Add a unique constraint').getByLabel('note').check()
  await review(form(page, 'Add a unique constraint'))
  await refused(page, 'Key (note)=(x) is duplicated.')
  await goBack(page)
  await expect(form(page, 'Add a unique constraint').getByLabel('note')).toBeChecked()

  await open(page, '/types')
  await page.getByLabel('Name', { exact: true }).fill('mood')
  await page.getByLabel('Values, one a line').fill('good\ngood')
  await page.getByRole('button', { name: 'Review' }).click()
  await refused(page, 'good')
  await goBack(page)
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('mood')
  await expect(page.getByLabel('Values, one a line')).toHaveValue('good\ngood')
})

test('a relation that the rows forbid says how many and which', async ({ owner: page }) => {
  await open(page, '/tables/flights/structure?add=relation')
  const add = form(page, 'Add a relation')
  await add.getByLabel('This column').selectOption('tailnum')
  await add.getByLabel('Refers to the key of').selectOption('planes')
  await review(add)
  await refused(page, '2 rows of "flights" have a "tailnum" that is not in "planes", for example N1234')
  await goBack(page)
  await expect(add.getByLabel('This column')).toHaveValue('tailnum')
})

test('the values of a column are converted when that is asked for', async ({ owner: page }) => {
  await open(page, '/tables/flights/structure?edit=code')
  const edit = form(page, 'Change code')
  await edit.getByLabel('Type').selectOption('integer')
  await review(edit)
  await refused(page, 'Convert the values')
  await goBack(page)
  await edit.getByLabel('Convert the values').check()
  await review(edit)
  await refused(page, 'values that do not convert: eight, seven')
  await goBack(page)
  await expect(edit.getByLabel('Convert the values')).toBeChecked()
})

test('a drop says rows where rows are lost, and what goes with a key', async ({ owner: page }) => {
  await open(page, '/schema?do=drop-column&table=flights&column=id')
  await expect(page.getByText('Without one its records cannot be opened or edited.')).toBeVisible()
  await expect(page.getByText('I know that 3 values are lost for good.')).toBeVisible()
  await open(page, '/schema?do=drop-table&table=flights')
  await expect(page.getByText('3 rows lost')).toBeVisible()
  await page.getByText('I know that 3 rows are lost for good.').click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('The schema is changed.')).toBeVisible()
})

test('tables of any name can be opened', async ({ owner: page, migrate }) => {
  test.setTimeout(120_000)
  const names = ['new', '.', '..', '~x', '50%']
  await migrate(names.map(name => `create table "${name}" (id text primary key);`).join('\n'))
  for (const name of names) {
    await open(page, '/tables')
    await page.getByRole('region', { name: 'Tables', exact: true }).getByRole('link', { name, exact: true }).click()
    const heading = page.getByRole('heading', { level: 1, name, exact: true })
    await expect(heading).toBeVisible()
    await page.reload()
    await ready(page)
    await expect(heading).toBeVisible()
    await page.getByRole('link', { name: 'Structure', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Keys and indexes' })).toBeVisible()
    await expect(heading).toBeVisible()
    await page.getByRole('link', { name: 'Data', exact: true }).click()
    await page.getByRole('link', { name: 'New record' }).first().click()
    await page.getByRole('textbox', { name: /^id\b/ }).fill('first')
    await page.getByRole('button', { name: 'Add record' }).click()
    await expect(page).not.toHaveURL(/\/new$/)
  }
})

test('on a phone the links of a column are in sight', async ({ owner: page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await open(page, '/tables/flights/structure')
  for (const name of ['Edit tailnum', 'Drop tailnum']) {
    const box = await page.getByRole('link', { name }).boundingBox()
    expect(box.x + box.width, name).toBeLessThanOrEqual(390)
  }
})

test('members see nothing of what builders do', async ({ owner: page, browser, baseURL }) => {
  const member = { email: 'member@example.com', password: 'correct horse battery' }
  await open(page, '/users/new')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password', { exact: true }).fill(member.password)
  await page.getByRole('combobox', { name: 'Role in the Studio' }).selectOption('member')
  await page.getByRole('button', { name: 'Make user' }).click()
  await expect(page.getByRole('heading', { name: member.email })).toBeVisible()

  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  await open(other, '/tables')
  await expect(other.getByRole('region', { name: 'Tables', exact: true }).getByRole('link', { name: 'flights' })).toBeVisible()
  await expect(other.getByRole('link', { name: /^Structure/ })).toHaveCount(0)
  await open(other, '/schema')
  await expect(other.getByRole('heading', { name: 'Not for this account' })).toBeVisible()
  await expect(other.getByLabel('Statements')).toHaveCount(0)
  await other.context().close()
})

test('who comes second at the setup is told', async ({ page, browser, baseURL }) => {
  const rival = await browser.newContext({ baseURL })
  const pages = [page, await rival.newPage()]
  for (const [at, one] of pages.entries()) {
    await open(one, '/setup')
    await one.getByLabel('E-mail').fill(`owner${at}@example.com`)
    await one.getByLabel('Password').fill(OWNER.password)
  }
  await page.getByRole('button', { name: 'Create owner' }).click()
  await expect(page).toHaveURL(/\/welcome$/)
  await pages[1].getByRole('button', { name: 'Create owner' }).click()
  await expect(pages[1]).toHaveURL(/\/sign-in/)
  await expect(pages[1].getByRole('status')).toContainText('This instance has an owner already.')
  await rival.close()
})

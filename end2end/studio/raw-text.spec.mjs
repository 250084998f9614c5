// Texts that would end the element they stand in, if they were sent as they are.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'

const NASTY = '</textarea></title><b class="nasty">nasty</b> &amp; so on'

test('a text stays inside its element', async ({ owner: page, migrate, store, server }) => {
  await migrate('create table notes (id integer primary key, body text);')
  const call = rest(server.url, (await store.keys()).secret)
  const long = `${NASTY}\n${'x'.repeat(80)}`
  expect((await call('POST', 'notes', { id: 1, body: long })).ok).toBe(true)
  for (const [path, label, text] of [
    ['/tables/notes/records/1', 'body', long],
    [`/schema?sql=${encodeURIComponent(NASTY)}`, 'Statements', NASTY],
    [`/tables/notes/policies?do=create-policy&using=${encodeURIComponent(NASTY)}`, 'Using', NASTY],
  ]) {
    await page.goto(path)
    await ready(page)
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(text)
    await expect(page.locator('.nasty'), path).toHaveCount(0)
  }
})

test('a title is a text', async ({ owner: page, migrate }) => {
  await migrate(`create table "</title><b class=nasty>" (id integer primary key);`)
  await page.goto(`/tables/${encodeURIComponent('</title><b class=nasty>')}/structure`)
  await ready(page)
  await expect(page).toHaveTitle('</title><b class=nasty> · Tenon')
  await expect(page.locator('.nasty')).toHaveCount(0)
})

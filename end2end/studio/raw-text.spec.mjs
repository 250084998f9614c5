// Texts that would end the element they stand in, if they were sent as they are.
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'

const NASTY = '</textarea></title><b class="nasty">nasty</b> &amp; so on'

test('a text stays inside its element', async ({ owner: page, migrate, store, server }) => {
  await migrate('create table notes (id integer primary key, body text);')
  const call = rest(server.url, (await store.keys()).secret)
  const long = `${NASTY}\n${'x'.repeat(80)}`
  expect((await call('POST', 'notes', { id: 1, body: long })).ok).toBe(true)
  for (const [path, area, text] of [
    ['/tables/notes/records/1', '#field-body', long],
    [`/schema?sql=${encodeURIComponent(NASTY)}`, '#sql', NASTY],
    [`/tables/notes/policies?do=create-policy&using=${encodeURIComponent(NASTY)}`, '#using', NASTY],
  ]) {
    await page.goto(path)
    await ready(page)
    await expect(page.locator(area)).toHaveValue(text)
    await expect(page.locator('.nasty'), path).toHaveCount(0)
  }
})

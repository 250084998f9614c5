// The audit log: found, paged through, exported, and proved whole.
import { expect, OWNER, ready, test } from './fixtures.mjs'
import { makeUser, open, press } from './people.mjs'

const rows = page => page.getByRole('region', { name: 'Entries' }).locator('tbody tr')

test('entries are filtered, and lead to whom they are about @both @plain', async ({ owner: page }) => {
  await makeUser(page, { email: 'kay@example.org' })
  const address = page.url()
  await press(page, 'Shut out', 'shut out')
  await open(page, '/settings/audit')
  await expect(rows(page).first()).toContainText('user.updated')
  await expect(rows(page).first()).toContainText(OWNER.email)
  await expect(rows(page).first()).toContainText('127.0.0.1')
  await ready(page)
  await page.getByLabel('What was done begins with').fill('user.created')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByRole('link', { name: 'Next page' })).toBeDisabled()
  await ready(page)
  await rows(page).getByRole('link', { name: 'kay@example.org' }).click()
  await expect(page).toHaveURL(address)
  await ready(page)
  await page.getByRole('link', { name: 'Everything about this user in the audit log' }).click()
  await expect(rows(page)).toHaveCount(2)
  await open(page, '/settings/audit?since=2000-01-01&until=2000-01-02')
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  await open(page, '/settings/audit?action=studio.')
  await expect(rows(page).first()).toContainText('studio.signed_in')
})

test('the log is paged through and exported whole @plain', async ({ owner: page, context, server, store }) => {
  const { secret } = await store.keys()
  const headers = { apikey: secret, authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  for (let at = 0; at < 60; at += 1) {
    const body = JSON.stringify({ email: `user-${at}@example.org` })
    expect((await fetch(`${server.url}/auth/v1/admin/users`, { method: 'POST', headers, body })).status).toBe(200)
  }
  await open(page, '/settings/audit')
  await expect(rows(page)).toHaveCount(50)
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(page).toHaveURL(/before=/)
  await expect(rows(page).first()).toContainText('user.created')
  await ready(page)
  await page.getByRole('link', { name: 'Previous page' }).click()
  await expect(page).toHaveURL(/\/settings\/audit$/)

  await ready(page)
  const csvLink = await page.getByRole('link', { name: 'CSV' }).getAttribute('href')
  const csv = await (await context.request.get(csvLink)).text()
  const lines = csv.trim().split('\n')
  expect(lines[0]).toMatch(/^number,at,actor_kind/)
  const json = await (await context.request.get(await page.getByRole('link', { name: 'JSON' }).getAttribute('href'))).text()
  const entries = json.trim().split('\n').map(line => JSON.parse(line))
  expect(entries).toHaveLength(lines.length - 1)
  expect(entries.at(-1).number).toBe(1)
  for (const [at, entry] of entries.slice(0, -1).entries()) expect(entry.previous_hash).toBe(entries[at + 1].hash)

  await open(page, '/settings/audit?action=studio.')
  const some = await (await context.request.get(await page.getByRole('link', { name: 'JSON' }).getAttribute('href'))).text()
  expect(some.trim().split('\n').every(line => JSON.parse(line).action.startsWith('studio.'))).toBe(true)
})

test('the log proves itself whole, and tells where it was changed @both @plain', async ({ owner: page, store }) => {
  await open(page, '/settings/audit')
  await page.getByRole('link', { name: 'Verify' }).click()
  await expect(page.locator('.notice.done')).toContainText('The log is whole')
  const off = store.engine === 'postgres' ? 'alter table _tenon_audit disable trigger user' : 'drop trigger _tenon_audit_no_update'
  await store.sql(`${off}; update _tenon_audit set address = '203.0.113.9' where number = 1`)
  await open(page, '/settings/audit?verify=1')
  await expect(page.locator('.notice.failed')).toContainText('1')
})

// The advisor: what it finds, the mark beside its link, the index that it makes, what is dismissed, and the command line.
import { everywhere } from './axe.mjs'
import { expect, ready, signIn, test } from './fixtures.mjs'
import { makeUser } from './people.mjs'

const SCHEMA = `
create table prices (id bigint primary key, price numeric); grant select on prices to anon;
create table notes (id bigint primary key, owner uuid, api_key text);
alter table notes enable row level security; grant select, delete on notes to authenticated;
create policy own on notes for select to authenticated using (owner = auth.uid());
`

const finding = (page, text) => page.getByRole('listitem').filter({ hasText: text })
const link = page => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Advisor/ })

test('findings are looked at, mended and dismissed', async ({ owner: page, migrate, cli }) => {
  await migrate(SCHEMA)
  await page.goto('/advisor')
  await ready(page)
  await expect(link(page)).toHaveText(/2 errors and warnings/)
  await expect(finding(page, 'Everybody with the publishable key may see every row of "prices".')).toContainText('error')
  await expect(finding(page, 'can read "api_key"')).toContainText('warning')
  await expect(finding(page, 'may delete rows of "notes" by grant, and no policy allows any.')).toContainText('info')
  expect(await everywhere(page, 'advisor')).toEqual([])
  await page.setViewportSize({ width: 1280, height: 800 })
  const failed = await cli(['advise']).then(() => '', error => String(error.stderr ?? error.message ?? error))
  expect(failed).toContain('the advisor found an error')

  // The index is made by its review, which shows the SQL and asks once.
  await finding(page, 'looks for rows by "owner"').getByRole('link', { name: 'Make the index…' }).click()
  await expect(page.locator('pre')).toHaveText(/create index on "?notes"? \("?owner"?\)/)
  await ready(page)
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The schema is changed.' })).toBeVisible()
  await page.goto('/advisor')
  await ready(page)
  await expect(finding(page, 'looks for rows by "owner"')).toHaveCount(0)

  const open = finding(page, 'every row of "prices"')
  await open.getByText('Dismiss…').click()
  await open.getByLabel('Why it may stay as it is').fill('prices are public')
  await open.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('The finding is dismissed.')).toBeVisible()
  await ready(page)
  await expect(link(page)).toHaveText(/1 error or warning/)
  const findings = JSON.parse(await cli(['advise', '--json'])).findings
  expect(findings.find(one => one.key === 'open_table:prices:anon').dismissed).toMatchObject({ reason: 'prices are public' })
  await page.getByText('1 dismissed finding').click()
  await page.getByRole('button', { name: 'Take up again' }).click()
  await expect(page.getByText('The finding is taken up again.')).toBeVisible()
})

test('an instance with nothing to mend says so, and members see none of it', async ({ owner: page, browser, baseURL }) => {
  await page.goto('/advisor')
  await expect(page.getByRole('heading', { name: 'Nothing to advise' })).toBeVisible()
  await expect(link(page)).toHaveText('Advisor')
  const member = { email: 'member@example.com', password: 'correct horse battery' }
  await makeUser(page, { ...member, role: 'member' })
  const other = await (await browser.newContext({ baseURL })).newPage()
  await signIn(other, member)
  await other.goto('/advisor')
  await expect(other.getByRole('heading', { name: 'Not for this account' })).toBeVisible()
  await expect(link(other)).toHaveCount(0)
  await other.context().close()
})

// Viewing as somebody else, and asking why: the way through, with scripts and without.
import { expect, ready } from './fixtures.mjs'

export const SCHEMA = `
create table notes (id bigint primary key, owner uuid, title text not null, words integer not null default 0);
alter table notes enable row level security;
grant select, insert, update on notes to authenticated;
create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid() and words < 100);
comment on policy own on notes is 'Only your own, with at most 99 words.';
`

/** Two users with a note each; gives their ids. */
export async function people(server, store) {
  const { secret } = await store.keys()
  const call = async (path, body) => {
    const headers = { apikey: secret, authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
    return answer.headers.get('content-type')?.includes('json') ? answer.json() : undefined
  }
  const ada = (await call('/auth/v1/admin/users', { email: 'ada@example.org', email_confirm: true })).id
  const bob = (await call('/auth/v1/admin/users', { email: 'bob@example.org', email_confirm: true })).id
  await call('/rest/v1/notes', [{ id: 1, owner: ada, title: 'hers', words: 10 }, { id: 2, owner: bob, title: 'his', words: 20 }])
  return { ada, bob }
}

const banner = page => page.getByRole('region', { name: 'Viewing as somebody else' })
const cells = page => page.locator('.grid tbody td:nth-child(4)')

/** From the grid to it as a person sees it, to a record, and to writing as them. */
export async function viewAs(page, { ada }) {
  await page.goto('/tables/notes')
  await expect(cells(page)).toHaveText(['hers', 'his'])
  await ready(page)
  await page.getByRole('link', { name: 'View as…' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'View as' })).toBeVisible()
  await ready(page)
  await page.getByRole('searchbox', { name: 'Find a person' }).fill('ADA@')
  await page.getByRole('button', { name: 'Find' }).click()
  await expect(page.getByRole('link', { name: 'bob@example.org' })).toHaveCount(0)
  await page.getByRole('link', { name: 'ada@example.org' }).click()
  await expect(page).toHaveURL(`/tables/notes?as=user:${ada}`)
  await expect(banner(page)).toContainText('Viewing as ada@example.org')
  await expect(cells(page)).toHaveText(['hers'])
  await expect(page.getByRole('link', { name: 'Structure' })).toHaveCount(0)
  await ready(page)
  // What leads on leads on as them.
  await page.getByRole('link', { name: 'Open 1' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'hers · 1' })).toBeVisible()
  await expect(banner(page)).toContainText('nothing is written')
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await ready(page)
  await page.getByRole('button', { name: 'Write as them…' }).click()
  await page.getByRole('dialog', { name: 'Write as them' }).getByRole('link', { name: 'Write as them' }).click()
  await expect(banner(page)).toContainText('done as them')
  await expect(page).toHaveURL(new RegExp(`as=write-user:${ada}$`))
  await save(page, 'words', '11')
  await expect(page.locator('.notices')).toContainText('Saved.')
  await expect(banner(page)).toContainText('done as them')
  await save(page, 'words', '100')
  await expect(page.getByText('Only your own, with at most 99 words.')).toBeVisible()
  await ready(page)
  await banner(page).getByRole('link', { name: 'Stop', exact: true }).click()
  await expect(banner(page)).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1, name: 'hers · 1' })).toBeVisible()
  await page.goto('/tables/notes?as=role:anon')
  // What one may not read is not there.
  await expect(page.getByText('there is no table "notes"')).toBeVisible()
}

async function save(page, column, value) {
  await ready(page)
  await page.locator(`[name="v.${column}"]`).fill(value)
  await page.getByRole('button', { name: 'Save', exact: true }).last().click()
}

/** Asks why a record is seen, and why a change of it is refused. */
export async function askWhy(page) {
  await page.goto('/tables/notes')
  await ready(page)
  await page.getByRole('link', { name: 'Why? 2' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Why? 2' })).toBeVisible()
  await ask(page, { who: 'ada@example.org', command: 'see it' })
  await expect(verdict(page)).toContainText('No')
  await expect(page.getByText('owner = auth.uid() is false')).toBeVisible()
  await ask(page, { who: 'bob@example.org', command: 'see it' })
  await expect(verdict(page)).toContainText('Yes')
  await expect(verdict(page)).toContainText('Allowed by “own”.')
  await page.getByText('With which new values').click()
  await page.getByLabel('words', { exact: true }).fill('100')
  await ask(page, { who: 'bob@example.org', command: 'change it' })
  await expect(verdict(page)).toContainText('No')
  const after = page.getByRole('region', { name: 'update · the record as it would be' })
  await expect(after.locator('.decides', { hasText: 'words < 100' }).last()).toContainText('100')
  await expect(after).toContainText('Says to those it refuses: “Only your own, with at most 99 words.”')
  // The address has the whole question.
  await page.reload()
  await expect(verdict(page)).toContainText('No')
  await ask(page, { who: 'anon', command: 'see it' })
  await expect(verdict(page)).toContainText('anon has not been granted select on notes.')
}

const verdict = page => page.getByRole('status').filter({ hasText: /Yes|No/ })

async function ask(page, { who, command }) {
  await ready(page)
  await page.getByLabel('May').selectOption({ label: who })
  await page.getByLabel('do what').selectOption({ label: command })
  await page.getByRole('button', { name: 'Ask why' }).click()
  await expect(page.locator('.why-answer h2')).toContainText(who)
}

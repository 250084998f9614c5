// The editor of expressions, at the conditions of policies: completion, what is wrong, rows and parts.
import { everywhere } from './axe.mjs'
import { rest } from '../lib/server.mjs'
import { expect, ready, test } from './fixtures.mjs'

const SCHEMA = `
create type state as enum ('draft', 'out');
create table notes (id bigint primary key, owner uuid, title text, state state, size integer, data jsonb);
create table members (note bigint, person uuid);
alter table notes enable row level security;
grant select, update on notes to authenticated;
`

test.beforeEach(async ({ migrate, owner: page, server, store }) => {
  await migrate(SCHEMA)
  const call = rest(server.url, (await store.keys()).secret)
  const notes = Array.from({ length: 12 }, (_, n) => ({ id: n + 1, title: `note ${n + 1}`, state: n % 3 ? 'out' : 'draft', size: n % 4, data: { n } }))
  await call('POST', 'notes', notes.map((note, n) => ({ ...note, title: n === 1 ? null : note.title })))
  await page.goto('/tables/notes/policies?add=policy')
  await ready(page)
})

const using = page => page.getByRole('textbox', { name: 'Using' })
const options = page => page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
const rows = page => page.getByRole('region', { name: 'Rows that are there' }).locator('tbody tr')

test('columns, functions, values and tables are completed by keys', async ({ owner: page }) => {
  await using(page).pressSequentially('ti')
  await expect(options(page).first()).toContainText('title')
  await expect(using(page)).toHaveAttribute('aria-activedescendant', 'using-option-0')
  await expect(using(page)).toHaveAttribute('aria-controls', 'using-list')
  await page.keyboard.press('Enter')
  await expect(using(page)).toHaveValue('title')
  await expect(options(page)).toHaveCount(0)

  await using(page).pressSequentially(' is not null and lo')
  await expect(options(page).first()).toContainText('lower')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Tab')
  await using(page).pressSequentially('title')
  await expect(using(page)).toHaveValue('title is not null and lower(title)')
  await page.keyboard.press('Escape')
  await page.keyboard.press('End')
  await using(page).pressSequentially(" > '' and state = 'd")
  await expect(options(page)).toHaveCount(1)
  await page.keyboard.press('Enter')
  await using(page).pressSequentially("' and exists (select 1 from me")
  await expect(options(page).first()).toContainText('members')
  await page.keyboard.press('Enter')
  await using(page).pressSequentially(' m where m.pe')
  await expect(options(page).first()).toContainText('person')
  // Esc closes the list and leaves the text as it is.
  await page.keyboard.press('Escape')
  await expect(options(page)).toHaveCount(0)
  await using(page).pressSequentially('rson = auth.')
  await expect(options(page)).toHaveCount(4)
  await options(page).first().click()
  await expect(using(page)).toHaveValue(
    "title is not null and lower(title) > '' and state = 'draft' and exists (select 1 from members m where m.person = auth.uid()",
  )
  await expect(using(page)).toBeFocused()
})

test('what is wrong is marked in its place and mended by a click', async ({ owner: page }) => {
  await using(page).fill('titl is not null and\n  size > 1')
  const told = page.locator('.of-using').getByRole('status').filter({ hasText: 'does not exist' })
  await expect(told).toContainText('titl')
  await expect(page.locator('.of-using .expression-ink .wrong')).toHaveText('titl')
  await expect(using(page)).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('button', { name: 'Write title' }).click()
  await expect(using(page)).toHaveValue('title is not null and\n  size > 1')
  await expect(told).toHaveCount(0)
  await expect(using(page)).not.toHaveAttribute('aria-invalid', 'true')
})

test('rows are coloured for a chosen person, and parts have their values', async ({ owner: page }) => {
  await using(page).fill("title <> 'note 3' and data ->> 'n' is not null")
  await expect(page.getByText('10 true, 1 false, 1 null')).toBeVisible()
  await expect(rows(page)).toHaveCount(10)
  await expect(rows(page).nth(0)).toHaveClass(/holds/)
  await expect(rows(page).nth(1)).toHaveClass(/unknown/)
  await expect(rows(page).nth(2)).toHaveClass(/fails/)

  const group = page.locator('.of-using').getByRole('group', { name: 'Which rows' })
  await group.getByRole('button', { name: 'false' }).click()
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('note 3')
  await group.getByRole('button', { name: 'all' }).click()
  await expect(rows(page)).toHaveCount(10)
  await page.getByRole('button', { name: 'Next rows' }).click()
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Previous rows' }).click()
  await expect(rows(page)).toHaveCount(10)

  await rows(page).nth(1).getByRole('button').click()
  const parts = page.getByRole('list', { name: 'What each part is for row 2' }).getByRole('listitem')
  await expect(parts.filter({ hasText: /^title <> 'note 3'/ }).last()).toContainText('null')
  await expect(parts.filter({ hasText: /^data ->> 'n'\s*1/ })).toHaveCount(1)
  await parts.filter({ hasText: /^data ->> 'n'\s*1/ }).hover()
  await expect(page.locator('.of-using .expression-ink .marked')).toHaveText("data ->> 'n'")

  // For nobody in particular a comparison with who asks says nothing; for somebody it is false.
  await using(page).fill('id = 1 or auth.uid() = owner')
  const who = page.locator('.of-using').getByRole('combobox', { name: 'Try it as' })
  await who.fill('anon')
  await expect(page.getByText('1 true, 0 false, 11 null')).toBeVisible()
  await using(page).fill("auth.role() = 'authenticated'")
  await expect(page.getByText('0 true, 12 false, 0 null')).toBeVisible()
  await who.fill('owner@example.com')
  await expect(page.getByText('12 true, 0 false, 0 null')).toBeVisible()
  await who.fill('nobody@example.com')
  await who.press('Tab')
  await expect(page.getByText('There is no user "nobody@example.com".')).toBeVisible()
})

test('a failure for one row does not hide the others', async ({ owner: page }) => {
  await using(page).fill('10 / size > 4')
  await expect(rows(page)).toHaveCount(10)
  await expect(rows(page).nth(0)).toContainText('division by zero')
  await expect(rows(page).nth(1)).toHaveClass(/holds/)
})

test('the editor on a phone, in the dark, and for axe', async ({ owner: page }) => {
  await using(page).fill("title <> 'note 3' and (size > 2 or data ->> 'n' is not null)")
  await expect(page.getByText('10 true, 1 false, 1 null')).toBeVisible()
  expect(await everywhere(page, 'expression')).toEqual([])
  await page.setViewportSize({ width: 375, height: 720 })
  await using(page).fill('')
  await using(page).pressSequentially('ti')
  await expect(options(page).first()).toBeVisible()
  expect(await everywhere(page, 'expression-list')).toEqual([])
})

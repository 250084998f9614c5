// What the tests of the Studio's pages of identity have in common.
import { expect, OWNER, ready } from './fixtures.mjs'

export async function open(page, path) {
  await page.goto(path)
  await ready(page)
}

/** Presses a button and waits for the notice that it leaves. */
export async function press(page, name, notice) {
  await ready(page)
  await page.getByRole('button', { name, exact: true }).click()
  await expect(page.locator('.notices')).toContainText(notice)
}

/** Makes a user on their page, and leaves the page open. */
export async function makeUser(page, { email, password = OWNER.password, role = '' }) {
  await open(page, '/users/new')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel('Role in the Studio').selectOption(role)
  await page.getByRole('button', { name: 'Make user' }).click()
  await expect(page.getByRole('heading', { name: email, level: 1 })).toBeVisible()
  await ready(page)
}

/** Adds this many users `user-00001@example.org` …, made one a minute, straight in the database. */
export async function manyUsers(store, count) {
  const columns = 'id, role, email, email_confirmed_at, banned_until, app_metadata, user_metadata, last_sign_in_at, created_at, updated_at'
  if (store.engine === 'postgres') {
    const at = "to_char(timestamp '2024-01-01' + n * interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    await store.sql(
      `insert into _tenon_users (${columns}) select gen_random_uuid()::text, 'authenticated', 'user-' || lpad(n::text, 6, '0') || '@example.org',
       case when n % 10 > 0 then ${at} end, case when n % 100 = 0 then '2099-01-01T00:00:00.000000Z' end, '{}', '{}', case when n % 3 > 0 then ${at} end, ${at}, ${at}
       from generate_series(1, ${count}) as n`,
    )
    return
  }
  const at = "strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2024-01-01', n || ' minutes')"
  const hex = 'lower(hex(randomblob(2)))'
  await store.sql(
    `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})
     insert into _tenon_users (${columns}) select lower(hex(randomblob(4))) || '-' || ${hex} || '-4' || substr(${hex}, 2) || '-a' || substr(${hex}, 2) || '-' || lower(hex(randomblob(6))),
     'authenticated', printf('user-%06d@example.org', n), iif(n % 10 > 0, ${at}, null), iif(n % 100 = 0, '2099-01-01T00:00:00.000000Z', null), '{}', '{}', iif(n % 3 > 0, ${at}, null), ${at}, ${at}
     from numbers`,
  )
}

/** The link of the latest mail to an address, as the owner sees it in the mailbox. */
export async function linkTo(page, email) {
  await open(page, `/mailbox?q=${encodeURIComponent(email)}`)
  await page.getByRole('link', { name: email }).first().click()
  const link = page.locator('.mail-text a').first()
  await expect(link).toBeVisible()
  return link.getAttribute('href')
}

/** A page of somebody else's browser, with scripts as this test has them. */
export async function elsewhere(browser, { baseURL, javaScriptEnabled }) {
  const context = await browser.newContext({ baseURL, javaScriptEnabled })
  context.withoutScripts = javaScriptEnabled === false
  return context.newPage()
}

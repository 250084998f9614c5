// The users: finding them among many, and everything that an owner does to one.
import { expect, OWNER, ready, signIn, test } from './fixtures.mjs'
import { elsewhere, makeUser, manyUsers, open, press } from './people.mjs'

const rows = page => page.getByRole('region', { name: 'List of users' }).locator('tbody tr')
const firstName = page => rows(page).first().getByRole('rowheader')

async function show(page, fill) {
  await ready(page)
  await fill()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
}

test('users are found, sorted and paged through @both @plain', async ({ owner: page, store }) => {
  await manyUsers(store, 3000)
  await open(page, '/users')
  await expect(page.locator('.pagination')).toContainText('1–50 of 3,001')
  await expect(firstName(page)).toHaveText(OWNER.email)

  const previous = page.getByRole('link', { name: 'Previous page' })
  await expect(previous).toBeDisabled()
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(page).toHaveURL(/page=2$/)
  await expect(page.locator('.pagination')).toContainText('51–100 of 3,001')
  await ready(page)
  await previous.click()
  await expect(page.locator('.pagination')).toContainText('1–50 of')
  await open(page, '/users?page=61')
  await expect(page.locator('.pagination')).toContainText('3,001–3,001')
  await expect(page.getByRole('link', { name: 'Next page' })).toBeDisabled()
  await open(page, '/users?page=99')
  await expect(page.getByRole('link', { name: 'Previous page' })).toBeEnabled()

  await open(page, '/users')
  await show(page, () => page.getByLabel('Search users').fill('user-0012'))
  await expect(page.locator('.pagination')).toContainText('1–50 of 100')
  await expect(page).toHaveURL(/q=user-0012/)
  await show(page, () => page.getByLabel('Order').selectOption('By e-mail'))
  await expect(firstName(page)).toHaveText('user-001200@example.org')
  await show(page, () => page.getByLabel('Show', { exact: true }).selectOption('Banned'))
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByLabel('Search users')).toHaveValue('user-0012')
  await expect(rows(page)).toContainText('banned')
  await show(page, () => page.getByLabel('Search users').fill('50%_nobody'))
  await expect(page.getByRole('heading', { name: 'Nobody here' })).toBeVisible()

  await open(page, '/users?show=owner')
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('owner')
  await firstName(page).getByRole('link').click()
  await expect(page.getByRole('heading', { name: OWNER.email, level: 1 })).toBeVisible()
})

test('what an owner does to a user @both @plain', async ({ owner: page, server, store }) => {
  const email = 'kay@example.org'
  await makeUser(page, { email })
  const address = page.url()

  await page.getByLabel('What the application keeps').fill('{ "plan": "pro" ')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.locator('.field-error')).toContainText('This is no JSON object')
  await expect(page.getByLabel('What the application keeps')).toHaveValue(/"plan": "pro"/)
  await ready(page)
  await page.getByLabel('What the application keeps').fill('{ "plan": "pro" }')
  await press(page, 'Save', 'The user is saved.')
  await expect(page.getByLabel('What the application keeps')).toHaveValue(/"plan": "pro"/)

  // The application's own session of theirs, which the owner then ends.
  const { publishable } = await store.keys()
  const grant = async (password = OWNER.password) =>
    (await fetch(`${server.url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { apikey: publishable, 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
      body: JSON.stringify({ email, password }),
    })).status
  expect(await grant()).toBe(200)
  await open(page, address)
  await expect(page.getByText('Firefox on Linux')).toBeVisible()
  await expect(page.getByRole('region', { name: 'History' }).first()).toContainText('user.signed_in')
  await press(page, 'Sign out everywhere', 'signed out everywhere')
  await expect(page.getByText('Signed in nowhere.')).toBeVisible()

  await press(page, 'Shut out', 'shut out')
  await expect(page.getByText(/Shut out until/)).toBeVisible()
  expect(await grant()).toBe(400)
  await press(page, 'Let in again', 'may sign in again')
  expect(await grant()).toBe(200)

  await ready(page)
  await page.getByLabel('New password').fill('password1')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.locator('.notice.failed')).toContainText('weak')
  await ready(page)
  await page.getByLabel('New password').fill('a wholly new secret')
  await press(page, 'Set password', 'The password is set')
  expect(await grant('a wholly new secret')).toBe(200)

  await ready(page)
  await page.getByLabel('Role in the Studio').selectOption('builder')
  await press(page, 'Set role', 'The role in the Studio is set.')
  await expect(page.getByText('Works in the Studio as builder.')).toBeVisible()

  await press(page, 'Send a link for a new password', 'The mail is on its way.')
  await press(page, 'Send a link to sign in', 'The mail is on its way.')
  await open(page, `/mailbox?q=${email}`)
  await expect(page.getByRole('region', { name: 'Mail' }).locator('tbody tr')).toHaveCount(2)

  await open(page, address)
  await page.getByText('Delete the user…').click()
  await page.getByLabel('I know that this cannot be undone.').check()
  await page.getByRole('button', { name: 'Delete user' }).click()
  await expect(page).toHaveURL(/\/users$/)
  await expect(page.locator('.notices')).toContainText('The user is deleted.')
  await expect(page.getByText(email)).toHaveCount(0)
})

test('a user who has not confirmed is confirmed, or asked again @plain', async ({ owner: page }) => {
  await open(page, '/users/new')
  await page.getByLabel('E-mail').fill('kay@example.org')
  await page.getByLabel('count as confirmed').uncheck()
  await page.getByRole('button', { name: 'Make user' }).click()
  await expect(page.getByText('Not confirmed.')).toBeVisible()
  await press(page, 'Send the confirmation again', 'The mail is on its way.')
  await press(page, 'Confirm', 'The user is confirmed.')
  await expect(page.getByRole('button', { name: 'Confirm', exact: true })).toHaveCount(0)
})

test('what is wrong with a new user is told at its field @plain', async ({ owner: page }) => {
  await open(page, '/users/new')
  await page.getByLabel('E-mail').fill('kay@example.org')
  await page.getByLabel('Role in the Studio').selectOption('member')
  await page.getByLabel('count as confirmed').uncheck()
  await page.getByRole('button', { name: 'Make user' }).click()
  await expect(page.locator('#email-error')).toContainText('has a confirmed address')
  await expect(page.getByLabel('E-mail')).toHaveValue('kay@example.org')
  await expect(page.getByLabel('Role in the Studio')).toHaveValue('member')
})

test('there is always an owner @plain', async ({ owner: page, browser, baseURL, javaScriptEnabled }) => {
  await open(page, '/users?show=owner')
  await firstName(page).getByRole('link').click()
  await expect(page.getByText('Works in the Studio as owner.')).toBeVisible()
  await ready(page)
  await page.getByLabel('Role in the Studio').selectOption('member')
  await page.getByRole('button', { name: 'Set role' }).click()
  await expect(page.locator('.notice.failed')).toContainText('this is the only owner')

  const second = { email: 'second@example.com', password: OWNER.password }
  await makeUser(page, { ...second, role: 'owner' })
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await signIn(other, second)
  await other.goto('/users?show=owner')
  await ready(other)
  await other.getByRole('link', { name: OWNER.email }).click()
  await expect(other.getByText('Works in the Studio as owner.')).toBeVisible()
  await ready(other)
  await other.getByLabel('Role in the Studio').selectOption('')
  await other.getByRole('button', { name: 'Set role' }).click()
  await expect(other.locator('.notices')).toContainText('The role in the Studio is set.')
  await page.goto('/tables')
  await expect(page).toHaveURL(/\/sign-in/)
  await other.context().close()
})

test('the old address of the accounts leads to the users', async ({ owner: page }) => {
  await open(page, '/settings/accounts')
  await expect(page).toHaveURL(/\/users\?show=studio$/)
  await expect(rows(page)).toHaveCount(1)
})

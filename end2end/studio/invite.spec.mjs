// Inviting somebody: into the Studio, and into the application.
import { expect, OWNER, ready, signIn, test } from './fixtures.mjs'
import { elsewhere, linkTo, open } from './people.mjs'

async function invite(page, email, role) {
  await open(page, '/users')
  await page.getByRole('link', { name: 'Invite' }).click()
  await expect(page).toHaveURL(/\/users\/invite$/)
  await ready(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Role in the Studio').selectOption(role)
  await page.getByRole('button', { name: 'Send invitation' }).click()
}

/** Follows an invitation in a browser of its own, and chooses a password. */
async function accept(page, link, password) {
  await open(page, link)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(/\/auth\/new-password/)
  await ready(page)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Save' }).click()
}

test('who is invited into the Studio confirms, chooses a password and works there @both @plain', async ({ owner: page, browser, baseURL, javaScriptEnabled }) => {
  const guest = { email: 'guest@example.org', password: 'quite another secret' }
  await invite(page, guest.email, 'builder')
  await expect(page.getByText('Invited, and has not come yet.')).toBeVisible()
  await expect(page.locator('.notices')).toContainText('the invitation is in the mailbox')
  await ready(page)
  await page.getByRole('button', { name: 'Invite again' }).click()
  await expect(page.locator('.notices')).toContainText('The mail is on its way.')

  const link = await linkTo(page, guest.email)
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await accept(other, link, guest.password)
  await expect(other).toHaveURL(/\/sign-in$/)
  await signIn(other, guest)
  await open(other, '/tables')
  await expect(other.getByRole('link', { name: 'Diagram' })).toBeVisible()
  await expect(other.getByRole('link', { name: 'Users', exact: true })).toHaveCount(0)
  // The link works once.
  await open(other, link)
  await other.getByRole('button', { name: 'Continue' }).click()
  await expect(other.locator('.notice.failed')).toContainText('This link has been used')
  await other.context().close()

  await open(page, '/users?show=builder')
  await expect(page.getByRole('link', { name: guest.email })).toBeVisible()
})

test('who is invited into the application does not come into the Studio @plain', async ({ owner: page, browser, baseURL, javaScriptEnabled }) => {
  const guest = { email: 'guest@example.org', password: 'quite another secret' }
  await invite(page, guest.email, '')
  await expect(page.getByText('Invited, and has not come yet.')).toBeVisible()
  const link = await linkTo(page, guest.email)
  const other = await elsewhere(browser, { baseURL, javaScriptEnabled })
  await accept(other, link, guest.password)
  await expect(other).toHaveURL(/\/auth\/account$/)
  await open(other, '/sign-in')
  await other.getByLabel('E-mail').fill(guest.email)
  await other.getByLabel('Password').fill(guest.password)
  await other.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(other.locator('.notice.failed')).toContainText('e-mail address or password is wrong')
  await other.context().close()
})

test('what is wrong with an invitation is told, and what was entered stays @plain', async ({ owner: page }) => {
  await open(page, '/users/invite')
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Role in the Studio').selectOption('member')
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.locator('.notice.failed')).toContainText('Somebody has confirmed this address already.')
  await expect(page.getByLabel('E-mail')).toHaveValue(OWNER.email)
  await expect(page.getByLabel('Role in the Studio')).toHaveValue('member')
})

// The first owner, signing in and out.
import { expect, OWNER, ready, test } from './fixtures.mjs'

async function fillSetup(page, { email, password } = OWNER) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
}

test('an empty instance asks for its first owner, then what to start with', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/setup$/)
  await ready(page)
  await fillSetup(page)
  await page.getByRole('button', { name: 'Create owner' }).click()
  await expect(page).toHaveURL(/\/welcome$/)
  await expect(page.getByRole('link', { name: /Import a CSV/ })).toBeVisible()
})

test('of two who set up at once one becomes the owner, and the other is told', async ({ page, browser, baseURL }) => {
  // Two people: in one browser the winner's session would sign the loser in too.
  const rival = await browser.newContext({ baseURL })
  const pages = [page, await rival.newPage()]
  for (const [i, one] of pages.entries()) {
    await one.goto('/setup')
    await ready(one)
    await fillSetup(one, { email: `owner${i}@example.com`, password: OWNER.password })
  }
  await Promise.all(pages.map(one => one.getByRole('button', { name: 'Create owner' }).click({ noWaitAfter: true })))
  await expect.poll(() => pages.filter(one => one.url().endsWith('/welcome')).length).toBe(1)
  const other = await rival.newPage()
  await other.goto('/setup')
  await expect(other).not.toHaveURL(/setup/)
  await rival.close()
})

test('a wrong password tells nothing about which accounts exist', async ({ owner: page, context }) => {
  await context.clearCookies()
  const answers = []
  for (const email of [OWNER.email, 'nobody@example.com']) {
    await page.goto('/sign-in')
    await ready(page)
    await fillSetup(page, { email, password: 'not the password' })
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    const alert = page.getByRole('alert')
    await expect(alert).toBeVisible()
    answers.push(await alert.innerText())
    await expect(page.getByLabel('E-mail')).toHaveValue(email)
  }
  expect(answers[0]).toBe(answers[1])
})

test('who is not signed in is led to the sign-in page and back', async ({ owner: page, context }) => {
  await context.clearCookies()
  await page.goto('/settings/keys')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await ready(page)
  await fillSetup(page)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/settings\/keys$/)
})

test('signing out ends the session', async ({ owner: page, context }) => {
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  await page.goto('/tables')
  await ready(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await context.addCookies([cookie])
  await page.goto('/tables')
  await expect(page).toHaveURL(/\/sign-in/)
})


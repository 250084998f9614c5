// What signing in costs, and what it costs to be somebody rather than the secret key.
import { load } from './load.mjs'

const PASSWORD = 'a long enough password'
/** Sign-ins of one account from one address are slowed down, so there are many of both. */
const ACCOUNTS = 200
const email = n => `person-${n}@example.com`

/** Makes the accounts; a token of one of them. */
export async function people(url, key) {
  let token
  for (let n = 1; n <= ACCOUNTS; n += 1) {
    const answer = await fetch(`${url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: key, 'content-type': 'application/json' },
      body: JSON.stringify({ email: email(n), password: PASSWORD }),
    })
    if (!answer.ok) throw new Error(`making accounts: ${answer.status} ${await answer.text()}`)
    token = (await answer.json()).access_token
  }
  return token
}

/** Sign-ins with password a second. */
export const signIns = (url, key, seconds) =>
  load(url, { method: 'POST', path: '/auth/v1/token?grant_type=password', body: JSON.stringify({ email: email('{id}'), password: PASSWORD }), ids: ACCOUNTS, key, forwarded: 1 }, seconds)

/** Reads of a record a second: by the secret key, and by a signed-in user. In turn, so that both meet the same machine. */
export async function reads(url, { secret, publishable }, token, ids, rounds, seconds) {
  const read = { method: 'GET', path: '/rest/v1/notes?id=eq.{id}', ids }
  const user = { ...read, key: publishable, authorization: `Bearer ${token}` }
  await load(url, user, 1)
  const [bySecret, byUser] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    bySecret.push((await load(url, { ...read, key: secret }, seconds)).rate)
    byUser.push((await load(url, user, seconds)).rate)
  }
  return { bySecret, byUser }
}

// What the cases say of an answer.
import assert from 'node:assert/strict'

export { assert }
export const same = assert.deepEqual

/** The data of an answer that is none of failure. */
export function good({ data, error }) {
  if (error) throw new Error(`unexpected error ${error.status} ${error.code}: ${error.message}`)
  return data
}

/** Fails unless the answer is this failure. */
export function bad({ data, error }, code, status) {
  if (!error) throw new Error(`expected ${code}, got ${JSON.stringify(data).slice(0, 200)}`)
  same([error.code, status === undefined ? undefined : error.status], [code, status], `expected ${code} ${status}, got ${error.code} ${error.status}: ${error.message}`)
}

/** Fails unless the answer is that the session has ended, which the client has a failure of its own for. */
export function ended({ data, error }) {
  if (error?.name !== 'AuthSessionMissingError') throw new Error(`expected an ended session, got ${JSON.stringify(data)?.slice(0, 200)} ${error?.code}`)
}

/** The claims of a token, unverified. */
export const claims = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())

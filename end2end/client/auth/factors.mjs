// Second factors: authenticator apps and recovery codes.
import { createHmac } from 'node:crypto'
import { assert, bad, claims, good, same } from './check.mjs'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an authenticator app shows (RFC 6238), `steps` half minutes from now. */
function totp(secret, steps = 0) {
  const bits = [...secret.replace(/=+$/, '')].map(letter => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = mac[19] & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1e6).padStart(6, '0')
}

/** A user with an authenticator app, at aal2. */
async function guarded(w) {
  const person = await w.person()
  const { id, totp: { secret } } = good(await person.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' }))
  good(await person.auth.mfa.challengeAndVerify({ factorId: id, code: totp(secret) }))
  return { ...person, factor: id, secret }
}

const levels = async auth => {
  const { currentLevel, nextLevel } = good(await auth.mfa.getAuthenticatorAssuranceLevel())
  return [currentLevel, nextLevel]
}

export const cases = [
  ['enrol, challenge, verify, unenrol', async w => {
    const { auth } = await w.person()
    same(await levels(auth), ['aal1', 'aal1'])
    const enrolled = good(await auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone', issuer: 'Acme' }))
    same([enrolled.type, enrolled.friendly_name], ['totp', 'phone'])
    assert(enrolled.totp.qr_code.startsWith('data:image/svg+xml') && enrolled.totp.uri.startsWith('otpauth://totp/Acme:'))
    same(good(await auth.mfa.listFactors()).totp, [])
    const challenge = good(await auth.mfa.challenge({ factorId: enrolled.id }))
    assert(challenge.id && challenge.expires_at > Date.now() / 1000)
    const code = totp(enrolled.totp.secret)
    bad(await auth.mfa.verify({ factorId: enrolled.id, challengeId: challenge.id, code: String((Number(code) + 1) % 1e6).padStart(6, '0') }), 'mfa_verification_failed', 422)
    const session = good(await auth.mfa.verify({ factorId: enrolled.id, challengeId: challenge.id, code }))
    same([claims(session.access_token).aal, claims(session.access_token).amr.map(entry => entry.method).sort()], ['aal2', ['password', 'totp']])
    same(await levels(auth), ['aal2', 'aal2'])
    same(good(await auth.refreshSession()).user.factors[0].status, 'verified')
    same(await levels(auth), ['aal2', 'aal2'])
    same(good(await auth.mfa.listFactors()).totp.length, 1)
    same(good(await auth.mfa.unenroll({ factorId: enrolled.id })).id, enrolled.id)
    good(await auth.refreshSession())
    same(await levels(auth), ['aal1', 'aal1'])
  }],
  ['the first factor alone is aal1', async w => {
    const { email, factor, secret } = await guarded(w)
    const { auth } = w.client()
    good(await auth.signInWithPassword({ email, password: 'correct horse battery staple' }))
    same(await levels(auth), ['aal1', 'aal2'])
    bad(await auth.updateUser({ password: 'another long enough phrase' }), 'insufficient_aal')
    bad(await auth.mfa.unenroll({ factorId: factor }), 'insufficient_aal')
    good(await auth.mfa.challengeAndVerify({ factorId: factor, code: totp(secret, 1) }))
    same(await levels(auth), ['aal2', 'aal2'])
  }],
  ['a code of an app works once', async w => {
    const { email, factor, secret } = await guarded(w)
    const { auth } = w.client()
    good(await auth.signInWithPassword({ email, password: 'correct horse battery staple' }))
    const code = totp(secret, 1)
    good(await auth.mfa.challengeAndVerify({ factorId: factor, code }))
    bad(await auth.mfa.challengeAndVerify({ factorId: factor, code }), 'mfa_verification_failed', 422)
  }],
  ['two factors of a name, and somebody else’s', async w => {
    const [{ auth }, other] = [await w.person(), await guarded(w)]
    good(await auth.mfa.enroll({ factorType: 'totp', friendlyName: 'same' }))
    bad(await auth.mfa.enroll({ factorType: 'totp', friendlyName: 'same' }), 'mfa_factor_name_conflict', 422)
    bad(await auth.mfa.challenge({ factorId: other.factor }), 'mfa_factor_not_found', 404)
    bad(await auth.mfa.enroll({ factorType: 'phone', phone: '+491234567' }), 'mfa_phone_enroll_not_enabled', 422)
  }],
  ['recovery codes', async w => {
    const { auth, email } = await guarded(w)
    const { codes, total } = good(await auth.mfa.recoveryCodes.generate())
    same([codes.length, total, new Set(codes).size], [10, 10, 10])
    const late = w.client().auth
    good(await late.signInWithPassword({ email, password: 'correct horse battery staple' }))
    const session = good(await late.mfa.recoveryCodes.verify({ code: codes[0] }))
    same(claims(session.access_token).aal, 'aal2')
    same(good(await late.mfa.recoveryCodes.getStatus()).remaining, 9)
    const again = w.client().auth
    good(await again.signInWithPassword({ email, password: 'correct horse battery staple' }))
    assert((await again.mfa.recoveryCodes.verify({ code: codes[0] })).error)
    const fresh = good(await late.mfa.recoveryCodes.regenerate())
    assert((await again.mfa.recoveryCodes.verify({ code: codes[1] })).error)
    good(await again.mfa.recoveryCodes.verify({ code: fresh.codes[0] }))
    good(await again.mfa.recoveryCodes.unenroll())
  }],
  ['guessing codes is slowed down', async w => {
    const { email, factor, secret } = await guarded(w)
    const { auth } = w.client()
    good(await auth.signInWithPassword({ email, password: 'correct horse battery staple' }))
    const seen = []
    for (let n = 0; n < 8; n += 1) {
      const { error } = await auth.mfa.challengeAndVerify({ factorId: factor, code: String((Number(totp(secret)) + 7 + n) % 1e6).padStart(6, '0') })
      seen.push(error?.status)
    }
    assert(seen.includes(429), seen.join(' '))
  }],
]

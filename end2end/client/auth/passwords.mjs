// Sign-up, passwords, sessions and accounts.
import { assert, bad, claims, ended, good, same } from './check.mjs'
import { APP, PASSWORD } from './world.mjs'

const NEW = 'another long enough phrase'

export const cases = [
  ['sign-up with confirmation by link', async w => {
    const [email, client] = [w.address(), w.client()]
    const { user, session } = good(await client.auth.signUp({ email, password: PASSWORD, options: { data: { name: 'Ada', age: 36 }, emailRedirectTo: `${APP}/welcome` } }))
    same([session, user.email, user.role, user.aud, user.user_metadata.name, user.user_metadata.age], [null, email, 'authenticated', 'authenticated', 'Ada', 36])
    assert(user.confirmation_sent_at && !user.email_confirmed_at && user.identities.length === 1)
    bad(await client.auth.signInWithPassword({ email, password: PASSWORD }), 'email_not_confirmed', 400)
    const back = await w.browser().open((await w.mailbox.next(email)).link, APP)
    const got = Object.fromEntries(new URLSearchParams(back.hash.slice(1)))
    same([back.pathname, got.type, got.token_type], ['/welcome', 'signup', 'bearer'])
    const set = good(await client.auth.setSession(got))
    same([set.user.email, !!set.user.email_confirmed_at], [email, true])
    good(await client.auth.signInWithPassword({ email, password: PASSWORD }))
  }],
  ['a link works once', async w => {
    const email = w.address()
    good(await w.client().auth.signUp({ email, password: PASSWORD }))
    const { link } = await w.mailbox.next(email)
    await w.browser().open(link, APP)
    const again = await w.browser().open(link, APP)
    const got = Object.fromEntries(new URLSearchParams(again.hash.slice(1)))
    same([got.error, got.error_code], ['access_denied', 'otp_expired'])
  }],
  ['sign-up with confirmation by code, resend', async w => {
    const [email, { auth }] = [w.address(), w.client()]
    good(await auth.signUp({ email, password: PASSWORD }))
    const first = await w.mailbox.next(email)
    good(await auth.resend({ type: 'signup', email }))
    const second = await w.mailbox.next(email)
    assert(first.code !== second.code && /^\d{6}$/.test(second.code))
    bad(await auth.verifyOtp({ email, token: first.code, type: 'signup' }), 'otp_expired', 403)
    const { session, user } = good(await auth.verifyOtp({ email, token: second.code, type: 'signup' }))
    assert(session.access_token && user.email_confirmed_at)
  }],
  ['sign-up with a known address gives nothing away', async w => {
    const { email } = await w.person()
    const { user, session } = good(await w.client().auth.signUp({ email, password: NEW }))
    same([session, user.email, user.role, !!user.confirmation_sent_at], [null, email, 'authenticated', true])
    bad(await w.client().auth.signInWithPassword({ email, password: NEW }), 'invalid_credentials', 400)
    assert(!w.mailbox.has(email))
  }],
  ['sign-up without confirmation', async w => {
    await w.with({ 'auth.email_autoconfirm': true }, { 'auth.email_autoconfirm': false }, async () => {
      const [email, { auth }] = [w.address(), w.client()]
      const { session, user } = good(await auth.signUp({ email, password: PASSWORD, options: { data: { plan: 'free' } } }))
      same([session.token_type, session.expires_in, user.user_metadata.plan, user.app_metadata], ['bearer', 3600, 'free', { provider: 'email', providers: ['email'] }])
      bad(await w.client().auth.signUp({ email, password: PASSWORD }), 'user_already_exists', 422)
      same((await w.call('GET', '/settings')).json.mailer_autoconfirm, true)
    })
  }],
  ['weak passwords', async w => {
    const answer = await w.client().auth.signUp({ email: w.address(), password: 'short' })
    bad(answer, 'weak_password', 422)
    same(answer.error.reasons, ['length'])
    bad(await w.client().auth.signUp({ email: w.address(), password: 'password123' }), 'weak_password', 422)
  }],
  ['what is no address', async w => bad(await w.client().auth.signUp({ email: 'no address', password: PASSWORD }), 'validation_failed', 400)],
  ['sign-ups switched off', w => w.with({ 'auth.allow_signup': false }, { 'auth.allow_signup': true }, async () => {
    bad(await w.client().auth.signUp({ email: w.address(), password: PASSWORD }), 'signup_disabled', 422)
    bad(await w.client().auth.signInAnonymously(), 'signup_disabled', 422)
    const email = w.address()
    good(await w.client().auth.signInWithOtp({ email }))
    assert(!w.mailbox.has(email))
    same((await w.call('GET', '/settings')).json.disable_signup, true)
  })],
  ['sign-in with password', async w => {
    const { session, id, email } = await w.person()
    const got = claims(session.access_token)
    same([got.sub, got.email, got.role, got.aud, got.aal, got.is_anonymous, got.amr[0].method, got.iss], [id, email, 'authenticated', 'authenticated', 'aal1', false, 'password', `${w.url}/auth/v1`])
    assert(got.session_id && got.exp - got.iat === 3600 && session.user.last_sign_in_at)
  }],
  ['wrong passwords and unknown addresses are told alike', async w => {
    const { email } = await w.person()
    const wrong = await w.client().auth.signInWithPassword({ email, password: 'not this one' })
    const none = await w.client().auth.signInWithPassword({ email: w.address('nobody'), password: 'not this one' })
    bad(wrong, 'invalid_credentials', 400)
    same([none.error.code, none.error.status, none.error.message], [wrong.error.code, wrong.error.status, wrong.error.message])
  }],
  ['phone numbers are told to be switched off', async w => {
    bad(await w.client().auth.signInWithPassword({ phone: '+491234567', password: PASSWORD }), 'phone_provider_disabled', 400)
    bad(await w.client().auth.signUp({ phone: '+491234567', password: PASSWORD }), 'phone_provider_disabled', 400)
  }],
  ['anonymous sign-in and upgrade', async w => {
    const { auth } = w.client()
    const { user, session } = good(await auth.signInAnonymously({ options: { data: { theme: 'dark' } } }))
    same([user.is_anonymous, user.user_metadata.theme, claims(session.access_token).is_anonymous], [true, 'dark', true])
    const email = w.address()
    good(await auth.updateUser({ email }))
    good(await auth.verifyOtp({ email, token: (await w.mailbox.next(email)).code, type: 'email_change' }))
    good(await auth.updateUser({ password: PASSWORD }))
    const after = good(await w.client().auth.signInWithPassword({ email, password: PASSWORD })).user
    same([after.id, after.is_anonymous, after.user_metadata.theme], [user.id, false, 'dark'])
  }],
  ['refresh', async w => {
    const { auth, session } = await w.person()
    const next = good(await auth.refreshSession()).session
    assert(next.refresh_token !== session.refresh_token)
    same(claims(next.access_token).session_id, claims(session.access_token).session_id)
    bad(await w.client().auth.refreshSession({ refresh_token: 'no such token' }), 'refresh_token_not_found', 400)
  }],
  ['the answer to a refresh that was lost can be had again', async w => {
    const { session } = await w.person()
    const answers = await Promise.all([1, 2, 3].map(() => w.client().auth.refreshSession(session)))
    assert.equal(new Set(answers.map(answer => good(answer).session.refresh_token)).size, 1)
  }],
  ['a stolen refresh token ends both sessions', async w => {
    const { auth, session } = await w.person()
    good(await auth.refreshSession())
    good(await auth.refreshSession())
    const thief = w.client().auth
    bad(await thief.refreshSession({ refresh_token: session.refresh_token }), 'refresh_token_already_used', 400)
    bad(await auth.refreshSession(), 'refresh_token_not_found', 400)
    const entry = await w.store.sql("select count(*) from _tenon_audit where action = 'session.refresh_token_reused'")
    assert(Number(entry) > 0)
  }],
  ['getUser and updateUser', async w => {
    const { auth, id, email, client } = await w.person()
    same(good(await auth.getUser()).user.id, id)
    const { user } = good(await auth.updateUser({ data: { colour: 'red', size: 3 } }))
    same([user.user_metadata.colour, user.user_metadata.size], ['red', 3])
    const again = good(await auth.updateUser({ data: { colour: null } })).user
    same(['colour' in again.user_metadata, again.user_metadata.size], [false, 3])
    bad(await auth.updateUser({ password: PASSWORD }), 'same_password', 422)
    good(await auth.updateUser({ password: NEW }))
    bad(await w.client().auth.signInWithPassword({ email, password: PASSWORD }), 'invalid_credentials', 400)
    good(await w.client().auth.signInWithPassword({ email, password: NEW }))
    bad(await auth.getUser('no.such.token'), 'bad_jwt', 403)
    same(client.last().headers.get('x-supabase-api-version'), '2024-01-01')
  }],
  ['recovery', async w => {
    const { email, id } = await w.person()
    const { auth } = w.client()
    good(await auth.resetPasswordForEmail(email, { redirectTo: `${APP}/reset` }))
    const { code } = await w.mailbox.next(email)
    same(good(await auth.verifyOtp({ email, token: code, type: 'recovery' })).user.id, id)
    good(await auth.updateUser({ password: NEW }))
    good(await w.client().auth.signInWithPassword({ email, password: NEW }))
    good(await auth.resetPasswordForEmail(w.address('nobody')))
  }],
  ['a change of address is confirmed by both', async w => {
    const { auth, email, id } = await w.person()
    const next = w.address('new')
    const { user } = good(await auth.updateUser({ email: next }))
    same([user.email, user.new_email, !!user.email_change_sent_at], [email, next, true])
    const [old, fresh] = [await w.mailbox.next(email), await w.mailbox.next(next)]
    const half = good(await auth.verifyOtp({ email, token: old.code, type: 'email_change' }))
    same([half.session, half.user], [null, null])
    same(good(await auth.getUser()).user.email, email)
    good(await auth.verifyOtp({ email: next, token: fresh.code, type: 'email_change' }))
    const { user: after } = good(await auth.getUser())
    same([after.id, after.email, after.new_email ?? ''], [id, next, ''])
    good(await w.client().auth.signInWithPassword({ email: next, password: PASSWORD }))
  }],
  ['a change of address by links, and its resend', async w => {
    const { auth, email } = await w.person()
    const next = w.address('new')
    good(await auth.updateUser({ email: next }, { emailRedirectTo: `${APP}/changed` }))
    await w.mailbox.next(email)
    await w.mailbox.next(next)
    good(await auth.resend({ type: 'email_change', email }))
    const [old, fresh] = [await w.mailbox.next(email), await w.mailbox.next(next)]
    const half = await w.browser().open(fresh.link, APP)
    assert(new URLSearchParams(half.hash.slice(1)).get('message'))
    const whole = await w.browser().open(old.link, APP)
    same(new URLSearchParams(whole.hash.slice(1)).get('type'), 'email_change')
    same(good(await auth.getUser()).user.email, next)
  }],
  ['an address that somebody has', async w => {
    const [one, other] = [await w.person(), await w.person()]
    bad(await one.auth.updateUser({ email: other.email }), 'email_exists', 422)
  }],
  ['reauthentication', async w => {
    const { auth, id, email } = await w.person()
    await w.store.sql(`update _tenon_sessions set created_at = created_at - 90000 where user_id = '${id}'`)
    await w.with({ 'auth.password_change_reauthenticates': true }, { 'auth.password_change_reauthenticates': false }, async () => {
      bad(await auth.updateUser({ password: NEW }), 'reauthentication_needed', 400)
      good(await auth.reauthenticate())
      bad(await auth.updateUser({ password: NEW, nonce: '000000' }), 'reauthentication_not_valid', 422)
      good(await auth.updateUser({ password: NEW, nonce: (await w.mailbox.next(email)).code }))
      good(await w.client().auth.signInWithPassword({ email, password: NEW }))
    })
  }],
  ['signing out here, elsewhere and everywhere', async w => {
    const { auth, email } = await w.person()
    const more = [w.client().auth, w.client().auth, w.client().auth]
    for (const other of more) good(await other.signInWithPassword({ email, password: PASSWORD }))
    const token = async at => (await at.getSession()).data.session.access_token
    const old = await token(more[0])
    good(await more[0].signOut({ scope: 'local' }))
    ended(await w.client().auth.getUser(old))
    good(await auth.signOut({ scope: 'others' }))
    ended(await more[1].getUser(await token(more[1])))
    good(await auth.getUser())
    good(await more[2].signInWithPassword({ email, password: PASSWORD }))
    good(await auth.signOut())
    bad(await more[2].refreshSession(), 'refresh_token_not_found', 400)
  }],
  ['claims are verified by the published keys', async w => {
    const { client, auth, id } = await w.person()
    const { claims: got, header } = good(await auth.getClaims())
    same([got.sub, header.alg, typeof header.kid], [id, 'ES256', 'string'])
    assert(client.last().url.endsWith('/auth/v1/.well-known/jwks.json'))
    const keys = JSON.parse(client.last().body).keys
    assert(keys.some(key => key.kid === header.kid && key.crv === 'P-256' && !('d' in key)))
  }],
  ['the user’s token is good for the data', async w => {
    const { client } = await w.person()
    const { error } = await client.from('no_such_table').select()
    assert(error && !['PGRST301', 'PGRST302'].includes(error.code), JSON.stringify(error))
    const forged = w.client({}, { headers: { authorization: 'Bearer a.b.c' } })
    same((await forged.from('no_such_table').select()).status, 401)
  }],
]

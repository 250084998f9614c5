// What programs with the secret key do, what anyone may ask, and keys that rotate.
import { createHmac } from 'node:crypto'
import { returned } from '../../lib/browser.mjs'
import { assert, bad, claims, ended, good, same } from './check.mjs'
import { APP, PASSWORD } from './world.mjs'

const NOWHERE = '00000000-0000-4000-8000-000000000000'

/** One link of each kind, followed. */
async function link(w, params, wanted) {
  const { properties, user } = good(await w.admin().generateLink({ ...params, options: { ...params.options, redirectTo: `${APP}/in` } }))
  same([properties.verification_type, properties.redirect_to, user.email], [wanted, `${APP}/in`, params.email])
  assert(/^\d{6}$/.test(properties.email_otp) && properties.hashed_token)
  assert(properties.action_link.startsWith(`${w.url}/auth/v1/verify?`), properties.action_link)
  assert(!w.mailbox.has(params.email))
  return properties
}

export const cases = [
  ['only the secret key administers', async w => {
    const { client, auth, id } = await w.person()
    bad(await auth.admin.listUsers(), 'not_admin', 403)
    bad(await w.client().auth.admin.createUser({ email: w.address() }), 'not_admin', 403)
    bad(await client.auth.admin.deleteUser(id), 'not_admin', 403)
    for (const path of ['/admin/users', `/admin/users/${id}`, '/admin/audit']) {
      const answer = await w.call('GET', path, { headers: { apikey: 'no key' } })
      assert([401, 403].includes(answer.status), `${path} ${answer.status} ${answer.text}`)
    }
  }],
  ['create, read, update, delete', async w => {
    const [admin, email] = [w.admin(), w.address()]
    const { user } = good(await admin.createUser({ email, password: PASSWORD, email_confirm: true, user_metadata: { a: 1 }, app_metadata: { plan: 'pro' } }))
    same([user.email, user.user_metadata.a, user.app_metadata.plan, user.app_metadata.provider], [email, 1, 'pro', 'email'])
    bad(await admin.createUser({ email, password: PASSWORD }), 'email_exists', 422)
    same(good(await admin.getUserById(user.id)).user.email, email)
    const next = w.address('new')
    const changed = good(await admin.updateUserById(user.id, { email: next, email_confirm: true, user_metadata: { b: 2 }, app_metadata: { plan: null } })).user
    same([changed.email, changed.user_metadata, 'plan' in changed.app_metadata], [next, { ...user.user_metadata, ...changed.user_metadata, a: 1, b: 2 }, false])
    const { session } = good(await w.client().auth.signInWithPassword({ email: next, password: PASSWORD }))
    good(await admin.updateUserById(user.id, { ban_duration: '24h' }))
    bad(await w.client().auth.signInWithPassword({ email: next, password: PASSWORD }), 'user_banned', 400)
    // GoTrue keeps the sessions of the banned and answers user_banned; here they have ended.
    bad(await w.client().auth.refreshSession(session), 'refresh_token_not_found', 400)
    good(await admin.updateUserById(user.id, { ban_duration: 'none' }))
    good(await w.client().auth.signInWithPassword({ email: next, password: PASSWORD }))
    good(await admin.deleteUser(user.id))
    bad(await admin.getUserById(user.id), 'user_not_found', 404)
    bad(await admin.deleteUser(NOWHERE), 'user_not_found', 404)
  }],
  ['deleting softly', async w => {
    const { id, email } = await w.person()
    good(await w.admin().deleteUser(id, true))
    bad(await w.client().auth.signInWithPassword({ email, password: PASSWORD }), 'invalid_credentials', 400)
  }],
  ['users that bring their passwords along', async w => {
    const email = w.address()
    const password_hash = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'
    good(await w.admin().createUser({ email, password_hash, email_confirm: true }))
    bad(await w.client().auth.signInWithPassword({ email, password: 'not this' }), 'invalid_credentials', 400)
  }],
  ['paging', async w => {
    for (let n = 0; n < 3; n += 1) await w.person()
    const admin = w.admin()
    const first = good(await admin.listUsers({ page: 1, perPage: 2 }))
    same([first.users.length, first.nextPage, first.aud], [2, 2, 'authenticated'])
    assert(first.total >= 3 && first.lastPage >= 2)
    const second = good(await admin.listUsers({ page: 2, perPage: 2 }))
    assert(second.users.every(user => !first.users.some(other => other.id === user.id)))
  }],
  ['an invitation', async w => {
    const email = w.address()
    const { user } = good(await w.admin().inviteUserByEmail(email, { data: { team: 'red' }, redirectTo: `${APP}/join` }))
    same([user.email, user.user_metadata.team, !!user.invited_at, !!user.email_confirmed_at], [email, 'red', true, false])
    const client = w.client()
    const got = returned(await w.browser().open((await w.mailbox.next(email)).link, APP))
    same(got.type, 'invite')
    good(await client.auth.setSession(got))
    good(await client.auth.updateUser({ password: PASSWORD }))
    good(await w.client().auth.signInWithPassword({ email, password: PASSWORD }))
    bad(await w.admin().inviteUserByEmail(email), 'email_exists', 422)
  }],
  ['a link to sign up', async w => {
    const email = w.address()
    const made = await link(w, { type: 'signup', email, password: PASSWORD, options: { data: { x: 1 } } }, 'signup')
    same(good(await w.client().auth.verifyOtp({ token_hash: made.hashed_token, type: 'signup' })).user.user_metadata.x, 1)
    good(await w.client().auth.signInWithPassword({ email, password: PASSWORD }))
  }],
  ['a link to invite', async w => {
    const email = w.address()
    const made = await link(w, { type: 'invite', email }, 'invite')
    same(returned(await w.browser().open(made.action_link, APP)).type, 'invite')
  }],
  ['a magic link', async w => {
    const { email, id } = await w.person()
    const made = await link(w, { type: 'magiclink', email }, 'magiclink')
    same(good(await w.client().auth.verifyOtp({ email, token: made.email_otp, type: 'email' })).user.id, id)
  }],
  ['a link to recover', async w => {
    const { email, id } = await w.person()
    const made = await link(w, { type: 'recovery', email }, 'recovery')
    same(claims(returned(await w.browser().open(made.action_link, APP)).access_token).sub, id)
  }],
  ['links to change an address', async w => {
    const { email, auth } = await w.person()
    const newEmail = w.address('new')
    const old = await link(w, { type: 'email_change_current', email, newEmail }, 'email_change_current')
    const fresh = await link(w, { type: 'email_change_new', email, newEmail }, 'email_change_new')
    await w.browser().open(old.action_link, APP)
    await w.browser().open(fresh.action_link, APP)
    same(good(await auth.getUser()).user.email, newEmail)
  }],
  ['factors of a user', async w => {
    const { auth, id } = await w.person()
    const factor = good(await auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' }))
    const { factors } = good(await w.admin().mfa.listFactors({ userId: id }))
    same([factors.length, factors[0].id, factors[0].status, factors[0].factor_type], [1, factor.id, 'unverified', 'totp'])
    const secret = w.client({ persistSession: false }, { key: w.keys.secret })
    good(await secret.auth.admin.mfa.deleteFactor({ userId: id, id: factor.id }))
    same(JSON.parse(secret.last().body).id, factor.id)
    same(good(await w.admin().mfa.listFactors({ userId: id })).factors, [])
  }],
  ['signing a user out', async w => {
    const { auth, session } = await w.person()
    good(await w.admin().signOut(session.access_token))
    ended(await w.client().auth.getUser(session.access_token))
    bad(await auth.refreshSession(), 'refresh_token_not_found', 400)
  }],
  ['health and settings', async w => {
    const [health, settings] = [await w.call('GET', '/health'), await w.call('GET', '/settings')]
    same([health.status, typeof health.json.version, typeof health.json.name], [200, 'string', 'string'])
    const { external } = settings.json
    same([external.email, external.acme, external.google, external.phone, external.anonymous_users], [true, true, false, false, true])
    same([settings.json.disable_signup, settings.json.mailer_autoconfirm, settings.json.saml_enabled], [false, false, false])
  }],
  ['failures in the words of either version', async w => {
    const body = { email: w.address(), password: 'wrong' }
    const old = await w.call('POST', '/token?grant_type=password', { body })
    same(old.json, { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' })
    const now = await w.call('POST', '/token?grant_type=password', { body, headers: { 'x-supabase-api-version': '2024-01-01' } })
    same(now.json, { code: 'invalid_credentials', message: 'Invalid login credentials' })
    const broken = await fetch(`${w.url}/auth/v1/signup`, { method: 'POST', headers: { apikey: w.keys.publishable, 'content-type': 'application/json' }, body: '{' })
    same([broken.status, (await broken.json()).error_code], [400, 'bad_json'])
    same((await w.call('GET', '/user')).json.error_code, 'no_authorization')
    same((await w.call('POST', '/token?grant_type=magic', { body: {} })).status, 400)
  }],
  ['HS256 tokens of a former backend', async w => {
    const secret = 'a secret of at least thirty-two characters'
    const { id } = await w.person()
    await w.with({ 'auth.legacy_jwt_secret': secret }, { 'auth.legacy_jwt_secret': '' }, async () => {
      const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
      const now = Math.floor(Date.now() / 1000)
      const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: id, role: 'authenticated', aud: 'authenticated', iat: now, exp: now + 600 })}`
      const token = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
      const answer = await w.client({}, { headers: { authorization: `Bearer ${token}` } }).from('no_such_table').select()
      assert(answer.status !== 401, JSON.stringify(answer))
    })
  }],
  ['keys rotate while people refresh', async w => {
    const people = await Promise.all([1, 2, 3, 4].map(() => w.person()))
    let [going, refreshed] = [true, 0]
    const busy = people.map(async ({ auth, client }) => {
      while (going) {
        good(await auth.refreshSession())
        good(await auth.getUser())
        const { status } = await client.from('no_such_table').select()
        assert(status !== 401, `a data request was refused: ${status}`)
        refreshed += 1
      }
    })
    const kids = new Set()
    try {
      for (let turn = 0; turn < 3; turn += 1) {
        await w.store.cli(['keys', 'rotate'])
        await new Promise(resolve => setTimeout(resolve, 1500))
        kids.add(JSON.parse(Buffer.from((await people[0].auth.getSession()).data.session.access_token.split('.')[0], 'base64url')).kid)
      }
    } finally {
      going = false
      await Promise.all(busy)
    }
    assert(kids.size >= 3 && refreshed > 10, `${kids.size} keys, ${refreshed} refreshes`)
    good(await people[1].auth.getClaims())
  }],
]

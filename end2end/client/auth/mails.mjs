// Sign-in by mail: links, codes, PKCE; and where people may be sent.
import { returned } from '../../lib/browser.mjs'
import { assert, bad, claims, good, same } from './check.mjs'
import { APP, PASSWORD } from './world.mjs'

export const cases = [
  ['a magic link makes a user', async w => {
    const [email, { auth }] = [w.address(), w.client()]
    same(good(await auth.signInWithOtp({ email, options: { data: { name: 'Ada' }, emailRedirectTo: `${APP}/in?x=1` } })), { user: null, session: null })
    const back = await w.browser().open((await w.mailbox.next(email)).link, APP)
    const got = returned(back)
    assert(got.access_token && got.refresh_token && got.expires_in && got.expires_at)
    const { user } = good(await auth.setSession(got))
    same([back.pathname, got.x, user.email, user.user_metadata.name], ['/in', '1', email, 'Ada'])
  }],
  ['a six-digit code', async w => {
    const { email, id } = await w.person()
    const { auth } = w.client()
    good(await auth.signInWithOtp({ email }))
    const { code } = await w.mailbox.next(email)
    const wrong = code === '123456' ? '654321' : '123456'
    bad(await auth.verifyOtp({ email, token: wrong, type: 'email' }), 'otp_expired', 403)
    const { session, user } = good(await auth.verifyOtp({ email, token: code, type: 'email' }))
    same([user.id, claims(session.access_token).amr[0].method], [id, 'otp'])
    bad(await w.client().auth.verifyOtp({ email, token: code, type: 'email' }), 'otp_expired', 403)
  }],
  ['five wrong codes void the right one', async w => {
    const { email } = await w.person()
    const { auth } = w.client()
    good(await auth.signInWithOtp({ email }))
    const { code } = await w.mailbox.next(email)
    for (let n = 0; n < 5; n += 1) bad(await auth.verifyOtp({ email, token: String((Number(code) + n + 1) % 1e6).padStart(6, '0'), type: 'email' }), 'otp_expired', 403)
    bad(await auth.verifyOtp({ email, token: code, type: 'email' }), 'otp_expired', 403)
  }],
  // GoTrue answers otp_disabled here, which tells strangers who is a user.
  ['no user is made if none shall be, and nothing is given away', async w => {
    const email = w.address('nobody')
    good(await w.client().auth.signInWithOtp({ email, options: { shouldCreateUser: false } }))
    const { users } = good(await w.admin().listUsers({ perPage: 1000 }))
    assert(!w.mailbox.has(email) && !users.some(user => user.email === email))
  }],
  ['a token hash', async w => {
    const { email, id } = await w.person()
    good(await w.client().auth.signInWithOtp({ email }))
    const token_hash = new URL((await w.mailbox.next(email)).link).searchParams.get('token')
    same(good(await w.client().auth.verifyOtp({ token_hash, type: 'magiclink' })).user.id, id)
    bad(await w.client().auth.verifyOtp({ token_hash, type: 'magiclink' }), 'otp_expired', 403)
  }],
  ['a magic link with PKCE', async w => {
    const { email, id } = await w.person()
    const { auth } = w.client({ flowType: 'pkce' })
    good(await auth.signInWithOtp({ email, options: { emailRedirectTo: `${APP}/in` } }))
    const { code, access_token } = returned(await w.browser().open((await w.mailbox.next(email)).link, APP))
    same(access_token, undefined)
    same(good(await auth.exchangeCodeForSession(code)).user.id, id)
    const once = await w.call('POST', '/token?grant_type=pkce', { body: { auth_code: code, code_verifier: 'x'.repeat(50) } })
    same([once.status, once.json.error_code], [404, 'flow_state_not_found'])
  }],
  ['a code of PKCE is of no use without its verifier', async w => {
    const { email } = await w.person()
    good(await w.client({ flowType: 'pkce' }).auth.signInWithOtp({ email, options: { emailRedirectTo: APP } }))
    const { code } = returned(await w.browser().open((await w.mailbox.next(email)).link, APP))
    const stolen = await w.call('POST', '/token?grant_type=pkce', { body: { auth_code: code, code_verifier: 'x'.repeat(50) } })
    same([stolen.status, stolen.json.error_code], [400, 'bad_code_verifier'])
  }],
  ['sign-up and recovery with PKCE', async w => {
    const [email, { auth }] = [w.address(), w.client({ flowType: 'pkce' })]
    good(await auth.signUp({ email, password: PASSWORD, options: { emailRedirectTo: APP } }))
    const first = returned(await w.browser().open((await w.mailbox.next(email)).link, APP))
    same(good(await auth.exchangeCodeForSession(first.code)).user.email, email)
    good(await auth.resetPasswordForEmail(email, { redirectTo: APP }))
    const second = returned(await w.browser().open((await w.mailbox.next(email)).link, APP))
    same(good(await auth.exchangeCodeForSession(second.code)).redirectType, 'recovery')
  }],
  ['nobody is sent where they may not go', async w => {
    for (const redirect of ['https://evil.test/', 'http://app.example.test.evil.test/', 'javascript:alert(1)', '//evil.test', 'http://app.example.test@evil.test/']) {
      const email = w.address()
      good(await w.client().auth.signInWithOtp({ email, options: { emailRedirectTo: redirect } }))
      const { link } = await w.mailbox.next(email)
      const away = await w.browser().fetch(link)
      assert(away.headers.get('location').startsWith(`${APP}/#`) || away.headers.get('location').startsWith(`${APP}#`), `${redirect}: ${away.headers.get('location')}`)
    }
  }],
  ['a Host header poisons no link', async w => {
    const email = w.address()
    await w.call('POST', '/otp', { body: { email }, headers: { host: 'evil.test', 'x-forwarded-host': 'evil.test' } })
    assert((await w.mailbox.next(email)).link.startsWith(`${w.url}/auth/v1/verify?`))
  }],
  ['a mail too soon after another', w => w.with({ 'auth.email_interval': 60 }, { 'auth.email_interval': 0 }, async () => {
    const [email, { auth }] = [w.address(), w.client()]
    good(await auth.signInWithOtp({ email }))
    bad(await auth.signInWithOtp({ email }), 'over_email_send_rate_limit', 429)
  })],
]

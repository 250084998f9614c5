// Sign-in by an OpenID Connect provider, ID tokens, and identities.
import { createHash, randomUUID } from 'node:crypto'
import { returned } from '../../lib/browser.mjs'
import { assert, bad, claims, good, same } from './check.mjs'
import { APP } from './world.mjs'

/** Somebody whom the provider knows. */
function somebody(w, more = {}) {
  const person = { sub: randomUUID(), email: w.address('acme'), email_verified: true, name: 'Ada Acme', ...more }
  w.idp.signIn(person)
  return person
}

/** Signs a client in through the provider, as a browser does. */
async function signIn(w, client, options = {}) {
  const { url } = good(await client.auth.signInWithOAuth({ provider: 'acme', options: { redirectTo: `${APP}/in`, skipBrowserRedirect: true, ...options } }))
  return returned(await w.browser().open(url, APP))
}

export const cases = [
  ['OAuth, implicit', async w => {
    const [person, client] = [somebody(w), w.client()]
    const got = await signIn(w, client)
    const { user } = good(await client.auth.setSession(got))
    same([user.email, user.app_metadata.provider, user.app_metadata.providers, user.user_metadata.name, !!user.email_confirmed_at], [person.email, 'acme', ['acme'], 'Ada Acme', true])
    same([user.identities.length, user.identities[0].provider, user.identities[0].identity_data.sub], [1, 'acme', person.sub])
    assert(got.provider_token)
    same(claims(got.access_token).amr[0].method, 'oauth')
  }],
  ['OAuth with PKCE, twice the same user', async w => {
    const [person, one, two] = [somebody(w), w.client({ flowType: 'pkce' }), w.client({ flowType: 'pkce' })]
    const first = good(await one.auth.exchangeCodeForSession((await signIn(w, one)).code))
    const second = good(await two.auth.exchangeCodeForSession((await signIn(w, two)).code))
    same([first.user.email, second.user.id], [person.email, first.user.id])
    assert(first.session.provider_token)
  }],
  ['a person who says no', async w => {
    somebody(w)
    w.idp.refuses = true
    try {
      const got = await signIn(w, w.client())
      same([got.error, got.access_token], ['access_denied', undefined])
    } finally {
      w.idp.refuses = false
    }
  }],
  ['a state of another browser', async w => {
    somebody(w)
    const { url } = good(await w.client().auth.signInWithOAuth({ provider: 'acme', options: { redirectTo: APP, skipBrowserRedirect: true } }))
    const victim = await w.browser().open(url, `${w.url}/auth/v1/callback`)
    const got = returned(await w.browser().open(victim.toString(), APP))
    same(got.access_token, undefined)
    assert(got.error)
  }],
  ['a provider that there is not', async w => {
    const answer = await w.call('GET', `/authorize?provider=nowhere&redirect_to=${APP}`)
    assert(answer.status === 400 || answer.headers.get('location')?.includes('error'), `${answer.status} ${answer.text}`)
    bad(await w.client().auth.signInWithIdToken({ provider: 'nowhere', token: 'a.b.c' }), 'provider_disabled', 400)
  }],
  ['a verified address finds its user', async w => {
    const before = await w.person()
    somebody(w, { email: before.email })
    const client = w.client()
    const { user } = good(await client.auth.setSession(await signIn(w, client)))
    same([user.id, user.identities.map(identity => identity.provider).sort()], [before.id, ['acme', 'email']])
  }],
  ['an address that is not verified finds nobody', async w => {
    const before = await w.person()
    somebody(w, { email: before.email, email_verified: false })
    const got = await signIn(w, w.client())
    assert(!got.access_token || claims(got.access_token).sub !== before.id, JSON.stringify(got))
  }],
  ['an ID token', async w => {
    const person = somebody(w)
    const { id_token: token, access_token } = await w.idp.idToken(w.browser())
    const { user } = good(await w.client().auth.signInWithIdToken({ provider: 'acme', token, access_token }))
    same([user.email, user.app_metadata.provider], [person.email, 'acme'])
  }],
  ['an ID token with a nonce', async w => {
    somebody(w)
    const nonce = randomUUID()
    const { id_token: token, access_token } = await w.idp.idToken(w.browser(), createHash('sha256').update(nonce).digest('hex'))
    const { auth } = w.client()
    bad(await auth.signInWithIdToken({ provider: 'acme', token, access_token, nonce: 'another' }), 'validation_failed', 400)
    bad(await auth.signInWithIdToken({ provider: 'acme', token, access_token }), 'validation_failed', 400)
    good(await auth.signInWithIdToken({ provider: 'acme', token, access_token, nonce }))
  }],
  ['an ID token that somebody changed', async w => {
    somebody(w)
    const { id_token, access_token } = await w.idp.idToken(w.browser())
    const [header, payload, signature] = id_token.split('.')
    const forged = Buffer.from(JSON.stringify({ ...claims(id_token), email: 'root@example.test', sub: 'root' })).toString('base64url')
    for (const token of [`${header}.${forged}.${signature}`, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`]) {
      const { data, error } = await w.client().auth.signInWithIdToken({ provider: 'acme', token, access_token })
      assert(error && !data.session)
    }
  }],
  ['linking and unlinking', async w => {
    const { auth, id } = await w.person()
    const person = somebody(w)
    const { url } = good(await auth.linkIdentity({ provider: 'acme', options: { redirectTo: APP } }))
    const got = returned(await w.browser().open(url, APP))
    same(got.error, undefined)
    const { identities } = good(await auth.getUserIdentities())
    const linked = identities.find(identity => identity.provider === 'acme')
    same([identities.length, linked.user_id, linked.identity_data.email], [2, id, person.email])
    const other = w.client()
    same(good(await other.auth.setSession(await signIn(w, other))).user.id, id)
    good(await auth.unlinkIdentity(linked))
    const left = good(await auth.getUserIdentities()).identities
    same(left.map(identity => identity.provider), ['email'])
    bad(await auth.unlinkIdentity(left[0]), 'single_identity_not_deletable', 422)
  }],
  ['linking what somebody else has', async w => {
    somebody(w)
    const owner = w.client()
    good(await owner.auth.setSession(await signIn(w, owner)))
    const { auth } = await w.person()
    const { url } = good(await auth.linkIdentity({ provider: 'acme', options: { redirectTo: APP } }))
    same(returned(await w.browser().open(url, APP)).error_code, 'identity_already_exists')
  }],
  ['linking by ID token', async w => {
    const { auth, id } = await w.person()
    somebody(w)
    const { id_token: token, access_token } = await w.idp.idToken(w.browser())
    same(good(await auth.linkIdentity({ provider: 'acme', token, access_token })).user.id, id)
    same(good(await auth.getUserIdentities()).identities.length, 2)
  }],
  ['linking switched off', w => w.with({ 'auth.manual_linking': false }, { 'auth.manual_linking': true }, async () => {
    const { auth } = await w.person()
    bad(await auth.linkIdentity({ provider: 'acme', options: { redirectTo: APP } }), 'manual_linking_disabled', 404)
  })],
]

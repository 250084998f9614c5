// A real OpenID Connect provider, at which whoever `person` says is signed in without being asked.
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { freePort } from './server.mjs'

export const CLIENT = { id: 'tenon', secret: 'a secret that only two know of' }
/** Where an app of its own is sent back to with its code. */
export const NATIVE = 'http://127.0.0.1:9/native'

export class Idp {
  static async start(callbacks) {
    const idp = new Idp()
    idp.people = new Map()
    idp.issuer = `http://127.0.0.1:${await freePort()}`
    idp.provider = new Provider(idp.issuer, configuration(idp, callbacks))
    idp.provider.on('server_error', (_, error) => console.error(error))
    idp.server = createServer((request, response) => idp.serve(request, response)).listen(new URL(idp.issuer).port, '127.0.0.1')
    await once(idp.server, 'listening')
    return idp
  }

  /** From now on this person sits at the browser. */
  signIn(person) {
    this.people.set(person.sub, person)
    this.person = person
  }

  async serve(request, response) {
    if (!request.url.startsWith('/interaction/')) return this.provider.callback()(request, response)
    const { prompt, params } = await this.provider.interactionDetails(request, response)
    if (this.refuses) return this.provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'The person said no' })
    if (prompt.name === 'login') {
      return this.provider.interactionFinished(request, response, { login: { accountId: this.person.sub } }, { mergeWithLastSubmission: false })
    }
    const grant = new this.provider.Grant({ accountId: this.person.sub, clientId: params.client_id })
    grant.addOIDCScope('openid email profile')
    const grantId = await grant.save()
    return this.provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true })
  }

  /** An ID token that an app got by itself, with its code exchanged as RFC 6749 has it. */
  async idToken(browser, nonce) {
    const query = new URLSearchParams({ client_id: CLIENT.id, response_type: 'code', scope: 'openid email profile', redirect_uri: NATIVE, ...(nonce && { nonce }) })
    const back = await browser.open(`${this.issuer}/auth?${query}`, NATIVE)
    const answer = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: back.searchParams.get('code'), redirect_uri: NATIVE }),
    })
    const tokens = await answer.json()
    if (!tokens.id_token) throw new Error(`no ID token: ${JSON.stringify(tokens)}`)
    return tokens
  }

  stop() {
    this.server.closeAllConnections()
    return new Promise(resolve => this.server.close(resolve))
  }
}

function configuration(idp, callbacks) {
  return {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...callbacks, NATIVE], grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => false },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    cookies: { keys: ['a key for tests'] },
    findAccount: (_, sub) => idp.people.has(sub) && { accountId: sub, claims: () => idp.people.get(sub) },
  }
}

// The Studio without scripts: pages and plain forms, as one signed in sees them.
import { Browser } from '../../lib/browser.mjs'

const PASSWORD = 'correct horse battery'
const unescape = text => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const attribute = (tag, name) => unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '')

export class Studio {
  constructor(url) {
    Object.assign(this, { url, browser: new Browser() })
  }

  /** A member of the Studio, who may work with records and nothing else. */
  static async member(world) {
    const { store, url } = world
    await store.cli(['owner', 'add', 'boss@example.test'], `${PASSWORD}\n`)
    const boss = new Studio(url)
    await boss.signIn('boss@example.test')
    await boss.submit('/users/new', '/api/make_user', { email: 'member@example.test', phone: '', password: PASSWORD, role: 'member', confirmed: 'true' })
    const member = new Studio(url)
    await member.signIn('member@example.test')
    return { boss, member }
  }

  async get(path) {
    const answer = await this.browser.fetch(this.url + path)
    const text = await answer.text()
    return { status: answer.status, text, location: answer.headers.get('location'), seen: `${text} ${JSON.stringify(Object.fromEntries(answer.headers))}` }
  }

  async post(path, values, headers = {}) {
    const answer = await this.browser.fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.url, ...headers },
      body: values instanceof URLSearchParams ? values : new URLSearchParams(values),
    })
    const text = await answer.text()
    return { status: answer.status, text, location: answer.headers.get('location'), seen: `${text} ${answer.headers.get('location') ?? ''}` }
  }

  /** Sends the form of a page that has `mark` in it, with these values. */
  async submit(path, mark, values) {
    const { text, status } = await this.get(path)
    const form = [...text.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)].map(match => match[0]).find(found => found.includes(mark))
    if (!form) throw new Error(`${path} (${status}) has no form with ${mark}`)
    const kept = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')])
    return this.post(attribute(form, 'action') || path, { ...Object.fromEntries(kept), ...values })
  }

  async signIn(email) {
    const answer = await this.submit('/sign-in', 'name="password"', { email, password: PASSWORD })
    if (this.browser.cookies.size === 0) throw new Error(`cannot sign in: ${answer.status} ${answer.text}`)
  }
}

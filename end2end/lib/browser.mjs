// As much of a browser as sign-in needs: it keeps cookies and follows redirects until they leave for the application.

export class Browser {
  constructor() {
    this.cookies = new Map()
  }

  /** Opens an address and follows redirects; stops at one that begins with `until` and returns it. */
  async open(url, until) {
    for (let hops = 0; hops < 20; hops += 1) {
      if (until && url.startsWith(until)) return new URL(url)
      const answer = await this.fetch(url)
      const next = answer.headers.get('location')
      if (!next || answer.status < 300 || answer.status > 399) {
        throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 300)} (wanted to come to ${until})`)
      }
      url = new URL(next, url).toString()
    }
    throw new Error(`redirects without end: ${url}`)
  }

  async fetch(url, options = {}) {
    const { host } = new URL(url)
    const own = [...this.cookies.values()].filter(cookie => cookie.host === host)
    const cookie = own.map(({ name, value }) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', ...options, headers: { accept: 'text/html', ...(cookie && { cookie }), ...options.headers } })
    for (const line of answer.headers.getSetCookie()) this.keep(host, line)
    return answer
  }

  keep(host, line) {
    const [pair, ...attributes] = line.split(';').map(part => part.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const expires = attributes.find(attribute => /^expires=/i.test(attribute))?.slice(8)
    const gone = value === '' || attributes.some(attribute => /^max-age=0$/i.test(attribute)) || (expires && Date.parse(expires) < Date.now())
    if (gone) this.cookies.delete(`${host} ${name}`)
    else this.cookies.set(`${host} ${name}`, { host, name, value })
  }
}

/** The parameters of an address that an application was come back to, those of the fragment too. */
export const returned = url => Object.fromEntries([...new URLSearchParams(url.search), ...new URLSearchParams(url.hash.slice(1))])

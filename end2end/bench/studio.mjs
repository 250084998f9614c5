// How long the Studio's pages take to be there.

export const OWNER = { email: 'bench@example.com', password: 'a long enough password' }

/** Signs in as a browser without scripts does; the session's cookie. */
export async function signIn(url) {
  const page = await (await fetch(`${url}/sign-in`)).text()
  const answer = await fetch(url + /<form[^>]* action="([^"]*)"/.exec(page)[1], {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', origin: url },
    body: new URLSearchParams({ ...OWNER, next: '/' }),
  })
  return answer.headers.get('set-cookie').split(';')[0]
}

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/** Milliseconds until a page is there whole, the median of 30. */
export async function pageTime(url, cookie = '') {
  const times = []
  for (let i = 0; i < 30; i += 1) {
    const started = performance.now()
    const answer = await fetch(url, { headers: { accept: 'text/html', cookie }, redirect: 'error' })
    await answer.text()
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    times.push(performance.now() - started)
  }
  return median(times)
}

// Starts all that `auth.py` needs on each engine, and runs it with the pinned client in an environment of its own.
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/python.mjs      Without Python 3, its venv and pip: status 77, said aloud.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { World } from './auth/world.mjs'

const SKIPPED = 77
const requirements = path.join(import.meta.dirname, 'requirements.txt')
const environment = path.resolve(import.meta.dirname, '../../target/python')
const python = path.join(environment, 'bin/python')

/** Whether Python with venv and pip is there. */
function hasPython() {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The environment with exactly what `requirements.txt` says; made again when that changed. */
async function prepare() {
  const [stamp, wanted] = [path.join(environment, 'requirements'), readFileSync(requirements, 'utf8')]
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await promisify(execFile)('python3', ['-m', 'venv', '--clear', environment])
  await promisify(execFile)(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(stamp, wanted)
}

/** What the script asks of the world: `/mail?to=`, `/person` (another one sits at the provider), `/token` (theirs). */
async function desk(world) {
  const ask = {
    '/mail': ({ to }) => world.mailbox.next(to),
    '/person': () => {
      const person = { sub: randomUUID(), email: world.address('acme'), email_verified: true, name: 'Ada Acme' }
      world.idp.signIn(person)
      return person
    },
    '/token': () => world.idp.idToken(world.browser()),
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://desk')
    try {
      response.end(JSON.stringify(await ask[url.pathname](Object.fromEntries(url.searchParams))))
    } catch (error) {
      response.writeHead(500).end(error.message)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function run(engine) {
  const world = await World.create(engine)
  const server = await desk(world)
  try {
    const { publishable, secret } = world.keys
    const env = { ...process.env, TENON_URL: world.url, TENON_PUBLISHABLE: publishable, TENON_SECRET: secret, WORLD: `http://127.0.0.1:${server.address().port}`, PYTHONWARNINGS: 'ignore' }
    console.log(engine)
    const [status] = await once(spawn(python, [path.join(import.meta.dirname, 'auth.py')], { env, stdio: ['ignore', 'inherit', 'inherit'] }), 'exit')
    return status
  } finally {
    server.closeAllConnections()
    server.close()
    await world.end()
  }
}

/** Whether the client is there or could be fetched. */
async function prepared() {
  try {
    await prepare()
    return true
  } catch (error) {
    console.log(String(error.stderr ?? error.message).trim().split('\n').at(-1))
    return false
  }
}

function skip(why) {
  console.log(`SKIPPED: ${why}`)
  process.exitCode = SKIPPED
}

if (!hasPython()) {
  skip('the Python client needs python3 with venv and pip (Debian: python3-venv)')
} else if (!(await prepared())) {
  skip('the Python client could not be fetched')
} else {
  for (const engine of (process.env.ENGINES ?? 'sqlite,postgres').split(',')) if (await run(engine)) process.exitCode = 1
}

// A Tenon of one's own: a fresh data directory or database, a free port, and everything gone afterwards.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')

/** The binary under test: TENON_BIN, else the debug build. */
export const binary = process.env.TENON_BIN ?? path.join(root, 'target/debug/tenon')

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Runs SQL on the test cluster (TENON_TEST_POSTGRES) and returns psql's bare output. */
export async function psql(url, sql) {
  const program = process.env.TENON_TEST_POSTGRES_BIN ? path.join(process.env.TENON_TEST_POSTGRES_BIN, 'psql') : 'psql'
  const { stdout } = await run(program, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', sql], { maxBuffer: 1 << 28 })
  return stdout.trim()
}

/** Runs SQL on the SQLite file of a data directory with the `sqlite3` program: an outsider's view. */
export async function sqlite(dir, sql) {
  const file = (await readdir(dir)).find(name => /\.(db|sqlite3?)$/.test(name))
  const { stdout } = await run('sqlite3', ['-batch', '-cmd', '.timeout 10000', path.join(dir, file), sql], { maxBuffer: 1 << 28 })
  return stdout.trim()
}

let databases = 0

/** Where a server keeps its data: a temporary directory, and on PostgreSQL a database beside it. */
export class Store {
  static async create(engine = 'sqlite') {
    const store = new Store()
    store.engine = engine
    store.dir = await mkdtemp(path.join(tmpdir(), 'tenon-'))
    if (engine === 'postgres') {
      const cluster = process.env.TENON_TEST_POSTGRES
      if (!cluster) throw new Error('TENON_TEST_POSTGRES is not set: run this under scripts/with-postgres.sh')
      store.database = `tenon_${process.pid}_${(databases += 1)}`
      await psql(cluster, `create database ${store.database}`)
      store.url = Object.assign(new URL(cluster), { pathname: store.database }).toString()
    }
    return store
  }

  get env() {
    return { ...process.env, TENON_DATA: this.dir, TENON_LISTEN: '', DATABASE_URL: this.url ?? '', NO_COLOR: '1' }
  }

  /** Runs a command of the binary on this store; returns what it printed. */
  async cli(args, input) {
    const running = run(binary, args, { env: clean(this.env), maxBuffer: 1 << 28 })
    // A command that reads no input may have ended by now.
    running.child.stdin.on('error', () => {})
    running.child.stdin.end(input ?? '')
    return (await running).stdout
  }

  /** Runs SQL from outside on whatever the data is in. */
  sql(text) {
    return this.url ? psql(this.url, text) : sqlite(this.dir, text)
  }

  async keys() {
    return JSON.parse(await this.cli(['keys', '--json']))
  }

  async drop() {
    await rm(this.dir, { recursive: true, force: true })
    if (this.database) await psql(process.env.TENON_TEST_POSTGRES, `drop database if exists ${this.database} with (force)`)
  }
}

// An empty variable is not the same as none.
const clean = env => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))

export class Server {
  /** Starts `tenon serve` on a store and waits until it is ready. `host` is the name that browsers call it by. */
  static async start(store, env = {}, options = [], host = '127.0.0.1') {
    const server = new Server()
    server.store = store
    server.log = ''
    const port = await freePort()
    server.url = `http://${host}:${port}`
    const started = performance.now()
    server.child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--public-url', server.url, ...options], {
      env: { ...clean(store.env), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const keep = chunk => (server.log = (server.log + chunk).slice(-20_000))
    server.child.stdout.on('data', keep)
    server.child.stderr.on('data', keep)
    server.ended = once(server.child, 'exit')
    await server.ready()
    server.startup = performance.now() - started
    return server
  }

  async ready() {
    for (const until = Date.now() + 30_000; Date.now() < until; ) {
      if (this.child.exitCode !== null) throw new Error(`tenon serve ended with ${this.child.exitCode}:\n${this.log}`)
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    throw new Error(`tenon serve is not ready after 30 s:\n${this.log}`)
  }

  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
    await this.ended
  }

  /** Resident memory in MiB (Linux). */
  async memory() {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(this.child.pid)])
    return Number(stdout) / 1024
  }
}

/** A REST client that leaves everything to its caller. */
export function rest(url, key) {
  return (method, pathAndQuery, body, headers = {}) =>
    fetch(`${url}/rest/v1/${pathAndQuery}`, {
      method,
      headers: { apikey: key, 'content-type': 'application/json', ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
}

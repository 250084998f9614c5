// Runs wrk once and reads what it measured.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const script = path.join(import.meta.dirname, 'load.lua')
export const CONNECTIONS = 64

/** `{ method, path, body, ids, key, authorization, prefer, forwarded }` against `url` for `seconds`; requests a second and latencies in ms. */
export async function load(url, request, seconds) {
  const env = { ...process.env }
  for (const [name, value] of Object.entries(request)) if (value !== undefined) env[`BENCH_${name.toUpperCase()}`] = String(value)
  const args = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '--timeout', '30s', '-s', script, url]
  const { stdout } = await promisify(execFile)('wrk', args, { env })
  const numbers = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stdout)?.slice(1).map(Number)
  if (!numbers) throw new Error(`wrk said:\n${stdout}`)
  const [requests, micros, p50, p99, errors] = numbers
  if (errors) throw new Error(`${errors} of ${requests} requests failed: ${request.method} ${request.path}`)
  return { rate: requests / (micros / 1e6), p50: p50 / 1000, p99: p99 / 1000 }
}

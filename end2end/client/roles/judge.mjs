// PostgreSQL's own roles and privileges: the judge.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { psql } from '../../lib/server.mjs'
import { filled } from './questions.mjs'

const OWN = ['guest', 'accountant', 'reviewer', 'editor', 'author']
const PRELUDE = ['anon', 'authenticated'].map(role => `do $$ begin create role ${role} nologin; exception when duplicate_object then null; end $$;`).join('\n')

export class Judge {
  static async create() {
    const judge = new Judge()
    judge.cluster = process.env.TENON_TEST_POSTGRES
    judge.database = `tenon_roles_${process.pid}`
    await psql(judge.cluster, `create database ${judge.database}`)
    judge.url = Object.assign(new URL(judge.cluster), { pathname: judge.database }).toString()
    await psql(judge.url, `${PRELUDE} ${await readFile(path.join(import.meta.dirname, '../roles.sql'), 'utf8')} ${filled.join('\n')}`)
    return judge
  }

  /** Runs statements, each by a role and undone; answers with rows, a count or a code for each. */
  async answers(asked) {
    const script = asked.map(({ role, sql }, at) => `\\echo @${at}\nbegin;\nset local role ${role};\n${sql}\nrollback;`)
    const program = process.env.TENON_TEST_POSTGRES_BIN ? path.join(process.env.TENON_TEST_POSTGRES_BIN, 'psql') : 'psql'
    const output = await new Promise((resolve, reject) => {
      const shell = execFile('sh', ['-c', 'exec "$0" -X -q -A -t -v VERBOSITY=sqlstate -d "$1" 2>&1', program, this.url], { maxBuffer: 1 << 26 }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
      shell.stdin.end(script.join('\n'))
    })
    const parts = new Map(output.split(/^@/m).slice(1).map(part => [Number(part.slice(0, part.indexOf('\n'))), part.slice(part.indexOf('\n') + 1).trim()]))
    return asked.map((_, at) => {
      const answer = parts.get(at) ?? ''
      const code = /ERROR: +(\w{5})/.exec(answer)?.[1]
      if (code) return { code }
      return /^[[{]/.test(answer) ? { answer: JSON.parse(answer) } : {}
    })
  }

  async drop() {
    await psql(this.cluster, `drop database if exists ${this.database} with (force)`)
    await psql(this.cluster, `drop role ${OWN.join(', ')}`)
  }
}

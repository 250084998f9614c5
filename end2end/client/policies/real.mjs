// PostgreSQL's own row level security, with roles and functions as a Supabase project has them: the judge of the model.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { psql } from '../../lib/server.mjs'
import { KEYS } from './model.mjs'

const PRELUDE = `
  do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;
  do $$ begin create role authenticated nologin; exception when duplicate_object then null; end $$;
  do $$ begin create role service_role nologin bypassrls; exception when duplicate_object then null; end $$;
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges in schema public grant all on tables to service_role;
  create schema auth;
  grant usage on schema auth to public;
  create function auth.jwt() returns jsonb language sql stable as
    $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
  create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
`

const text = value => `'${String(value).replaceAll("'", "''")}'`
const value = v => (v === null ? 'null' : typeof v === 'number' || typeof v === 'boolean' ? String(v) : text(v))
const equal = row => Object.entries(row).map(([name, v]) => `${name} = ${value(v)}`)

/** A write as SQL. */
export function statement({ op, table, row, key, set, returning = true, merge }) {
  const where = key && Object.keys(key).length > 0 ? equal(key).join(' and ') : `${KEYS[table][0]} is not null`
  const names = row && Object.keys(row)
  const conflict = merge ? `do update set ${names?.map(n => `${n} = excluded.${n}`).join(', ')}` : 'do nothing'
  const inserted = row && `insert into ${table} (${names.join(', ')}) values (${Object.values(row).map(value).join(', ')})`
  const sql = {
    select: () => `select * from ${table}`,
    insert: () => inserted,
    upsert: () => `${inserted} on conflict (${KEYS[table].join(', ')}) ${conflict}`,
    update: () => `update ${table} set ${equal(set).join(', ')} where ${where}`,
    delete: () => `delete from ${table} where ${where}`,
  }[op]()
  if (op === 'select') return `select coalesce(json_agg(r), '[]') from (${sql}) as r;`
  return returning ? `with r as (${sql} returning *) select coalesce(json_agg(r), '[]') from r;` : `${sql};`
}

export class Real {
  static async create(rows) {
    const real = new Real()
    real.database = `tenon_real_${process.pid}`
    const cluster = process.env.TENON_TEST_POSTGRES
    await psql(cluster, `create database ${real.database}`)
    await psql(cluster, `alter database ${real.database} set jit = off`)
    real.url = Object.assign(new URL(cluster), { pathname: real.database }).toString()
    await psql(real.url, `${PRELUDE} ${await readFile(path.join(import.meta.dirname, '../policies.sql'), 'utf8')}`)
    const all = Object.entries(rows).flatMap(([table, list]) => list.map(row => statement({ op: 'insert', table, row, returning: false })))
    await psql(real.url, all.join('\n'))
    return real
  }

  /** Runs statements, each as who it is asked by and undone; answers with rows or a code for each. */
  async run(asked) {
    const script = asked.map(({ who, write }, at) => {
      const role = who.all ? 'service_role' : who.id ? 'authenticated' : 'anon'
      const claims = who.id ? JSON.stringify({ sub: who.id, role, app_metadata: who.auditor ? { role: 'auditor' } : {} }) : ''
      return `\\echo @${at}\nbegin;\nset local role ${role};\nselect set_config('request.jwt.claims', ${text(claims)}, true) \\g /dev/null\n${statement(write)}\nrollback;`
    })
    const program = process.env.TENON_TEST_POSTGRES_BIN ? path.join(process.env.TENON_TEST_POSTGRES_BIN, 'psql') : 'psql'
    const output = await new Promise((resolve, reject) => {
      const shell = execFile('sh', ['-c', 'exec "$0" -X -q -A -t -v VERBOSITY=sqlstate -d "$1" 2>&1', program, this.url], { maxBuffer: 1 << 28 }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
      shell.stdin.end(script.join('\n'))
    })
    const answers = new Map(output.split(/^@/m).slice(1).map(part => [Number(part.slice(0, part.indexOf('\n'))), part.slice(part.indexOf('\n') + 1).trim()]))
    return asked.map((_, at) => {
      const answer = answers.get(at) ?? ''
      const code = /ERROR: +(\w{5})/.exec(answer)?.[1]
      return code ? { code } : { rows: answer.startsWith('[') ? JSON.parse(answer) : undefined }
    })
  }

  async drop() {
    await psql(process.env.TENON_TEST_POSTGRES, `drop database if exists ${this.database} with (force)`)
  }
}

// The unmodified `@supabase/supabase-js` through every flow of sign-in, against one instance on SQLite and one on PostgreSQL,
// with a real mail server and a real OpenID Connect provider.
//
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/auth.mjs [PART OF A NAME]     (scripts/with-postgres.sh sets it)
//   TENON_BIN names the binary; ENGINES=sqlite tests one engine alone.
import { cases as admin } from './auth/admin.mjs'
import { cases as factors } from './auth/factors.mjs'
import { cases as mails } from './auth/mails.mjs'
import { cases as passwords } from './auth/passwords.mjs'
import { cases as providers } from './auth/providers.mjs'
import { World } from './auth/world.mjs'

const only = process.argv[2]
const all = [...passwords, ...mails, ...providers, ...factors, ...admin].filter(([name]) => !only || name.includes(only))
let [passed, failed] = [0, 0]

/** Runs the cases of one engine one after the other. */
async function run(engine) {
  const world = await World.create(engine)
  try {
    for (const [name, test] of all) {
      try {
        await test(world)
        passed += 1
      } catch (error) {
        failed += 1
        const where = /auth\/\w+\.mjs:\d+/g.exec(error.stack?.replace(/.*check\.mjs.*/g, '') ?? '')?.[0]
        console.log(`FAILED ${engine}: ${name} (${where})\n  ${error.message.replaceAll('\n', '\n  ')}`)
      }
    }
  } finally {
    await world.end()
  }
}

await Promise.all((process.env.ENGINES ?? 'sqlite,postgres').split(',').map(run))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

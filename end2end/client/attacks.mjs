// Attacks on row level security by side channels, on SQLite and on PostgreSQL: the same questions before and after everything
// hidden has changed must get the same bytes; what an answer must reveal, as PostgreSQL's does, is listed in
// server/COMPATIBILITY.md and shown here to be all.
//
//   TENON_TEST_POSTGRES=postgres://… node end2end/client/attacks.mjs        (scripts/with-postgres.sh sets it)
//   TENON_BIN names the binary; ENGINES=sqlite tests one engine alone.
import assert from 'node:assert/strict'
import path from 'node:path'
import { columns } from './policies/columns.mjs'
import { pages, requests } from './policies/requests.mjs'
import { Studio } from './policies/studio.mjs'
import { PASSWORD, World } from './policies/world.mjs'

let [passed, failed] = [0, 0]
const here = file => path.join(import.meta.dirname, file)

class Attack {
  constructor(world) {
    this.world = world
  }

  async case(name, test) {
    try {
      await test()
      passed += 1
    } catch (error) {
      failed += 1
      console.log(`FAILED ${this.world.engine}: ${name}\n  ${error.message.replaceAll('\n', '\n  ').slice(0, 1500)}`)
    }
  }

  max(method, pathAndQuery, body, headers) {
    return this.world.raw('max', method, pathAndQuery, { body, headers })
  }

  async rows(table, filter = '') {
    return (await this.world.raw('secret', 'GET', `${table}?${filter}`)).json
  }
}

/** Rows beside those of the model. */
async function set_up(world) {
  const { otto, max } = world.ids
  const more = {
    vault: [
      { id: 1, owner_id: max, secret: 'alpha-own', body: { code: '1', n: 1 }, parent: null },
      { id: 2, owner_id: otto, secret: 'omega-9Z', body: { code: '4711', n: 9 }, parent: null },
      { id: 3, owner_id: otto, secret: 'child-8Y', body: null, parent: 1 },
    ],
    pointers: [{ id: 1, vault_id: 2, owner_id: max }, { id: 2, vault_id: 1, owner_id: max }, { id: 3, vault_id: 1, owner_id: otto }],
    box: [{ id: 1, owner_id: max, word: 'mine' }, { id: 2, owner_id: otto, word: 'zulu' }, { id: 3, owner_id: otto, word: 'abba' }],
    gated: [{ id: 1, note: 'gate-5X' }],
    trusting: [{ id: 1 }],
    closed: [{ id: 1, word: 'shut-4W' }],
    private: [{ id: 1, word: 'priv-3V' }],
    ring_a: [{ id: 1, b: 1 }],
    ring_b: [{ id: 1, a: 1 }],
  }
  for (const [table, rows] of Object.entries(more)) {
    const { error } = await world.secret.from(table).insert(rows)
    if (error) throw new Error(`${table}: ${error.message}`)
  }
}

/** Changes everything that is hidden from Max and from a member of the Studio, and nothing else. */
async function change_hidden(world) {
  const { otto, olga } = world.ids
  const good = async (method, pathAndQuery, body) => {
    const answer = await world.raw('secret', method, pathAndQuery, { body })
    if (answer.status > 299) throw new Error(`${pathAndQuery}: ${answer.text}`)
  }
  await good('PATCH', 'documents?id=eq.2001', { title: 'Peace', words: 7777 })
  await good('PATCH', 'documents?id=eq.1004', { title: 'Aaron', words: 1 })
  await good('DELETE', 'documents?id=eq.1005')
  await good('POST', 'documents', [3001, 3002, 3003].map((id, at) => ({ id, project_id: 103, owner_id: olga, title: 'Duel', words: 50 + at })))
  await good('PATCH', 'documents?id=eq.1006', { state: 'draft', title: 'Inland' })
  await good('POST', 'comments', [{ id: 70, document_id: 3001, author_id: otto, body: 'lost', internal: false }, { id: 71, document_id: 1002, author_id: otto, body: 'psst', internal: true }])
  await good('POST', 'document_tags', { document_id: 3001, tag_id: 1 })
  await good('PATCH', 'projects?id=eq.103', { name: 'Globe', code: 'aaa' })
  await good('PATCH', 'projects?id=eq.202', { name: 'Blanc' })
  await good('PATCH', 'salaries?org_id=eq.1&user_id=neq.' + world.ids.max, { amount: 1 })
  await good('POST', 'team_members', { team_id: 12, user_id: otto })
  await good('PATCH', 'vault?id=eq.2', { secret: 'other-1A', body: { code: '1', n: 2 } })
  await good('PATCH', 'box?id=eq.2', { word: 'aaaa' })
  await good('DELETE', 'box?id=eq.3')
  await good('POST', 'closed', { id: 2, word: 'shut-2' })
  await good('PATCH', 'gated?id=eq.1', { note: 'other' })
  // The planner knows of it, too.
  await world.store.sql('analyze')
}

const kept = headers => Object.entries(headers).filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name)).sort()
// A page names each request anew: nonces, and in whichever order the parts of its wasm.
const stable = text => text.replace(/<link [^>]*preload[^>]*>|nonce=\\?"[^"]*"|nonce-[\w+/=-]+/g, '')

async function ask(attack, studio) {
  const answers = new Map()
  for (const { method, path: where, body, headers } of requests) {
    const text = body && JSON.stringify(body).replaceAll('@max', attack.world.ids.max)
    const { status, headers: got, text: answer } = await attack.max(method, where, text, headers)
    answers.set(`${method} ${where} ${JSON.stringify(headers ?? {})}`, JSON.stringify([status, kept(got), answer]))
  }
  for (const page of pages) {
    const { status, text, location } = await studio.get(page)
    answers.set(`the Studio's ${page}`, JSON.stringify([status, location, stable(text)]))
  }
  return answers
}

/** The answers do not depend on what is hidden. */
async function same_answers(attack) {
  const { member } = await Studio.member(attack.world)
  const before = await ask(attack, member)
  await attack.case('the questions have answers', () => {
    const statuses = [...before.values()].map(answer => JSON.parse(answer)[0])
    assert.ok(statuses.filter(status => status < 300).length > statuses.length / 2, statuses.join(' '))
  })
  for (const [name, answer] of before) {
    await attack.case(`no word of what is hidden: ${name}`, () => {
      const found = /Duel|Legend|Monday|Coast|Atlas|Noir|omega-9Z|child-8Y|zulu|abba|gate-5X|shut-4W|priv-3V|between us|7000|9000\.5/.exec(answer.replaceAll(/[?&](filter|q)=[^"\\ ]*|value=\\?"[^"]*"/g, ''))
      if (!name.includes('Duel') && !name.includes('Legend') && !name.includes('Atlas') && !name.includes('/tables/private')) assert.equal(found, null, `found ${found}`)
    })
  }
  await change_hidden(attack.world)
  const after = await ask(attack, member)
  for (const [name, answer] of before) {
    await attack.case(`the same answer: ${name}`, () => {
      const other = after.get(name)
      if (other === answer) return
      let at = 0
      while (answer[at] === other[at]) at += 1
      assert.fail(`differs at ${at}:\n${answer.slice(Math.max(0, at - 150), at + 250)}\n---\n${other.slice(Math.max(0, at - 150), at + 250)}`)
    })
  }
  return member
}

/** What an error must reveal, as PostgreSQL's does; nothing more. */
async function must_reveal(attack) {
  const { max, otto } = attack.world.ids
  const undo = { Prefer: 'tx=rollback' }
  const bare = (answer, code) => {
    assert.equal(answer.code, code, answer.text)
    assert.equal(answer.json.details, null, answer.text)
    assert.ok(!/other-1A|omega|child-8Y/.test(answer.text), answer.text)
  }
  const row = (id, secret) => ({ id, owner_id: max, secret })
  await attack.case('reveals that a unique value is taken', async () => bare(await attack.max('POST', 'vault', row(50, 'child-8Y'), undo), '23505'))
  await attack.case('reveals that a key is taken', async () => bare(await attack.max('POST', 'vault', row(2, 'new'), undo), '23505'))
  await attack.case('reveals that a unique value is taken, in an update', async () => bare(await attack.max('PATCH', 'vault?id=eq.1', { secret: 'other-1A' }, undo), '23505'))
  await attack.case('reveals that a key is taken, in an update', async () => bare(await attack.max('PATCH', 'vault?id=eq.1', { id: 2 }, undo), '23505'))
  await attack.case('reveals that a row to merge with is another’s', async () =>
    bare(await attack.max('POST', 'vault', row(2, 'mine'), { Prefer: 'tx=rollback,resolution=merge-duplicates,return=representation' }), '42501'))
  await attack.case('reveals that a row of a unique value is another’s', async () =>
    bare(await attack.max('POST', 'vault?on_conflict=secret', row(60, 'child-8Y'), { Prefer: 'tx=rollback,resolution=merge-duplicates' }), '42501'))
  await attack.case('reveals by silence that a key is taken', async () => {
    const answer = await attack.max('POST', 'vault', [row(2, 'mine'), row(60, 'new')], { Prefer: 'tx=rollback,resolution=ignore-duplicates,return=representation' })
    assert.deepEqual(answer.json.map(r => r.id), [60])
  })
  await attack.case('reveals that a row to put is another’s', async () => bare(await attack.max('PUT', 'vault?id=eq.2', { ...row(2, 'mine'), body: null, parent: null }, undo), '42501'))
  await attack.case('reveals that a referenced row is there, and that it is not', async () => {
    const there = await attack.max('POST', 'pointers?select=id,vault(*)', { id: 70, vault_id: 3, owner_id: max }, { Prefer: 'tx=rollback,return=representation' })
    assert.deepEqual(there.json, [{ id: 70, vault: null }])
    bare(await attack.max('POST', 'pointers', { id: 70, vault_id: 999, owner_id: max }, undo), '23503')
  })
  await attack.case('reveals that hidden rows refer to one’s own', async () => {
    await attack.world.raw('secret', 'DELETE', 'pointers?id=eq.2')
    bare(await attack.max('DELETE', 'vault?id=eq.1', undefined, undo), '23503')
    bare(await attack.max('PATCH', 'vault?id=eq.1', { id: 80 }, undo), '23503')
  })
  await attack.case('a refusal says which table', async () => {
    const answer = await attack.max('POST', 'box', { id: 90, owner_id: otto, word: 'x' })
    bare(answer, '42501')
    assert.equal(answer.json.message, 'new row violates row-level security policy for table "box"')
  })
  await attack.case('a refused row is refused before its key is looked up', async () => {
    for (const id of [2001, 77777]) bare(await attack.max('POST', 'documents', { id, project_id: 101, owner_id: otto, title: 'x' }), '42501')
    for (const id of [2001, 77777]) bare(await attack.max('POST', 'documents', { id, project_id: 101, owner_id: otto, title: 'x' }, { Prefer: 'resolution=ignore-duplicates' }), '42501')
  })
}

/** All or nothing. */
async function whole(attack) {
  const { max, otto } = attack.world.ids
  const draft = (id, owner_id = max) => ({ id, project_id: 101, owner_id, title: 'x' })
  const refused = async (name, method, where, body, headers) =>
    attack.case(`nothing half done: ${name}`, async () => {
      const table = where.split('?')[0]
      const before = await attack.rows(table, 'order=id')
      const answer = await attack.max(method, where, body, headers)
      assert.equal(answer.code, '42501', answer.text)
      assert.deepEqual(await attack.rows(table, 'order=id'), before)
    })
  await refused('an insert of many', 'POST', 'documents', [draft(4001), draft(4002), draft(4003, otto)])
  await refused('an insert of very many', 'POST', 'documents', [...Array.from({ length: 1500 }, (_, at) => draft(5000 + at)), draft(7000, otto)])
  await refused('a CSV', 'POST', 'documents', `id,project_id,owner_id,title\n4001,101,${max},a\n4002,101,${otto},b\n`, { 'content-type': 'text/csv' })
  await refused('an upsert', 'POST', 'documents', [draft(4001), draft(2001)], { Prefer: 'resolution=merge-duplicates' })
  await refused('an update', 'PATCH', 'documents?id=in.(1001,1002)', { owner_id: otto })
  await attack.case('rows to be deleted are chosen among those that are seen', async () => {
    const answer = await attack.max('DELETE', 'box?order=word.asc&limit=1', undefined, { 'X-Tenon-Allow-Unfiltered': 'true', Prefer: 'return=minimal' })
    assert.ok(answer.status < 300 || answer.code, answer.text)
    assert.deepEqual((await attack.rows('box', 'order=id')).filter(row => row.owner_id === otto).map(row => row.id), [2], 'a hidden row was chosen by its word')
  })
  await attack.case('rows to be changed are chosen among those that are seen', async () => {
    await attack.max('PATCH', 'box?order=word.asc&limit=1', { word: 'hit' }, { 'X-Tenon-Allow-Unfiltered': 'true', Prefer: 'return=minimal' })
    assert.deepEqual((await attack.rows('box', `owner_id=eq.${otto}`)).map(row => row.word), ['aaaa'], 'a hidden row was chosen by its word')
  })
}

/** Two requests at once: what one lets through must not be what the other made. */
async function races(attack) {
  const { max, otto } = attack.world.ids
  await attack.case('a row that appears during an update is checked, too', async () => {
    const minimal = { Prefer: 'return=minimal' }
    for (let id = 1000; id < 1150; id += 1) {
      const made = Array.from({ length: 40 }, (_, at) => ({ id: id * 100 + at, vault_id: null, owner_id: max }))
      const filter = `pointers?id=gte.${id * 100}&id=lt.${id * 100 + 100}`
      await Promise.all([attack.max('POST', 'pointers', made, minimal), attack.max('PATCH', filter, { owner_id: otto }, minimal), attack.max('PATCH', filter, { owner_id: otto }, minimal)])
    }
    assert.equal((await attack.rows('pointers', `owner_id=eq.${otto}&id=gte.1000&select=id`)).length, 0, 'rows were given to somebody else')
  })
  await attack.case('a row that appears during an upsert is not overwritten', async () => {
    for (let id = 10_000; id < 10_150; id += 1) {
      const row = (owner_id, at, secret) => ({ id: id * 100 + at, owner_id, secret: `${secret}-${id}-${at}` })
      const rows = (owner, secret) => Array.from({ length: 20 }, (_, at) => row(owner, at, secret))
      const made = attack.world.raw('secret', 'POST', 'vault', { body: rows(otto, 'theirs'), headers: { Prefer: 'return=minimal' } })
      const [victim, thief] = await Promise.all([made, attack.max('POST', 'vault', rows(max, 'stolen'), { Prefer: 'return=minimal,resolution=merge-duplicates' })])
      assert.ok(victim.status !== 201 || thief.status > 299, `both wrote the same rows: ${victim.status} ${thief.status}`)
    }
  })
}

/** Who somebody is, is what the server signed. */
async function identity(attack) {
  const { world } = attack
  const { max } = world.people
  const as = token => fetch(`${world.url}/rest/v1/documents?select=id`, { headers: { apikey: world.keys.publishable, authorization: `Bearer ${token}` } })
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [head, body, signature] = max.session.access_token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url'))
  await attack.case('no token but the signed one', async () => {
    const forged = { ...claims, sub: world.ids.otto, role: 'service_role', app_metadata: { role: 'auditor' } }
    for (const token of [`${head}.${part(forged)}.${signature}`, `${part({ alg: 'none', typ: 'JWT' })}.${part(forged)}.`, `${part({ alg: 'HS256', typ: 'JWT' })}.${part(forged)}.${signature}`, 'x.y.z']) {
      assert.equal((await as(token)).status, 401)
    }
  })
  await attack.case('app_metadata is not theirs to change', async () => {
    const eve = await world.person('eve')
    const { error } = await eve.client.auth.updateUser({ data: { role: 'auditor', app_metadata: { role: 'auditor' }, sub: world.ids.otto } })
    assert.equal(error, null)
    await eve.client.auth.refreshSession()
    assert.deepEqual((await eve.client.from('gated').select()).data, [])
    assert.deepEqual((await eve.client.from('organisations').select()).data, [])
    // A policy that trusts what people say of themselves is open to everybody.
    assert.deepEqual((await eve.client.from('trusting').select()).data, [{ id: 1 }])
  })
  await attack.case('a change of app_metadata holds from the next token on', async () => {
    const fay = await world.person('fay')
    assert.deepEqual((await fay.client.from('gated').select()).data, [])
    await world.secret.auth.admin.updateUserById(fay.id, { app_metadata: { role: 'auditor' } })
    assert.deepEqual((await fay.client.from('gated').select()).data, [])
    await fay.client.auth.refreshSession()
    assert.equal((await fay.client.from('gated').select()).data.length, 1)
  })
  await attack.case('who signed out or is deleted gets no new token', async () => {
    for (const end of [gus => gus.client.auth.signOut({ scope: 'global' }), gus => world.secret.auth.admin.deleteUser(gus.id)]) {
      const gus = await world.person(`gus${Math.random()}`)
      const token = gus.session.access_token
      assert.equal((await as(token)).status, 200)
      await end(gus)
      const answer = await as(token)
      const now = answer.status === 200 ? (await answer.json()).map(row => row.id) : answer.status
      assert.ok(now === 401 || JSON.stringify(now) === '[1002,2002]', `now ${now}`)
      const { error } = await world.client(world.keys.publishable).auth.refreshSession({ refresh_token: gus.session.refresh_token })
      assert.ok(error, 'the session goes on')
    }
    const { error } = await world.client(world.keys.publishable).auth.signInWithPassword({ email: 'nobody@example.test', password: PASSWORD })
    assert.ok(error)
  })
  await attack.case('policies that lead back to themselves are refused', async () => {
    for (const [method, where, body] of [['GET', 'ring_a'], ['GET', 'ring_b?select=id'], ['POST', 'ring_a', { id: 2, b: 1 }], ['PATCH', 'ring_a?id=eq.1', { b: 2 }], ['DELETE', 'ring_b?id=eq.1']]) {
      const answer = await attack.max(method, where, body)
      assert.match(answer.json?.message ?? '', /infinite recursion detected in policy for relation "ring_[ab]"/)
    }
  })
}

/** Forms and server functions of the Studio, as a member. */
async function studio_writes(attack, member) {
  const { world } = attack
  const { text } = await member.get('/tables/documents')
  const action = /action="(\/api\/[^"]*grid\/rows[^"]*)"/.exec(text)?.[1] ?? '/api/grid/rows'
  const before = await attack.rows('documents', 'order=id')
  for (const verb of ['delete', 'duplicate']) {
    for (const key of ['2001', '1002']) {
      await attack.case(`a member cannot ${verb} ${key}`, async () => {
        const answer = await member.post(action, new URLSearchParams([['table', 'documents'], ['verb', verb], ['back', '/tables/documents'], ['keys[0]', key]]))
        assert.ok(!/Peace|7777/.test(answer.seen), answer.seen)
        assert.deepEqual(await attack.rows('documents', 'order=id'), before)
      })
    }
  }
  await attack.case('a member learns nothing of hidden cells, rows and names', async () => {
    for (const [where, values] of [
      ['/api/grid/cell', { table: 'documents', key: '2001', column: 'title' }],
      ['/api/grid', { table: 'documents', query: 'order=words.desc' }],
      ['/api/related', { table: 'comments', column: 'document_id', words: 'Pea' }],
      ['/api/related/one', { table: 'comments', column: 'document_id', words: '2001' }],
      ['/api/record', { table: 'documents', key: '2001', query: '' }],
    ]) {
      // What is not there and what is not found look alike; the path is right where it finds what may be seen.
      const open = await member.post(where, JSON.parse(JSON.stringify(values).replace('2001', '1002')), { accept: 'application/json' })
      assert.equal(open.status, 200, `${where}: ${open.status} ${open.seen.slice(0, 300)}`)
      const answer = await member.post(where, values, { accept: 'application/json' })
      assert.ok(!/Peace|7777|Inland/.test(answer.seen), `${where}: ${answer.seen.slice(0, 300)}`)
    }
  })
  await attack.case('a member cannot change a hidden cell', async () => {
    const answer = await member.post('/api/grid/change', undefined, {}).catch(error => ({ seen: error.message }))
    assert.ok(!/Peace/.test(answer.seen))
    assert.equal((await attack.rows('documents', 'id=eq.2001'))[0].title, 'Peace')
  })
  await attack.case('without a session there is nothing', async () => {
    const nobody = new Studio(world.url)
    for (const page of ['/tables', '/tables/documents', '/tables/documents/export?format=csv']) assert.ok(!/Chapter one/.test((await nobody.get(page)).text), page)
  })
}

async function run(engine) {
  const world = await World.create(engine, { migrations: [here('policies.sql'), here('attacks.sql')] })
  try {
    await set_up(world)
    const attack = new Attack(world)
    const member = await same_answers(attack)
    await must_reveal(attack)
    await whole(attack)
    await races(attack)
    await identity(attack)
    await studio_writes(attack, member)
    await columns(attack)
  } finally {
    await world.end()
  }
}

await Promise.all((process.env.ENGINES ?? 'sqlite,postgres').split(',').map(run))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

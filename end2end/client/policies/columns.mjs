// What somebody asks who wants to learn of columns that are hidden from them: a badge's pin and grade.
import assert from 'node:assert/strict'

const prefer = text => ({ Prefer: text })
const undone = (method, path, body, more = '') => [method, path, body, prefer(`tx=rollback${more}`)]
const badge = { id: 2, holder: 'Otto', pin: 'pin-2F' }

const refused = [
  ['GET', 'badges'], ['GET', 'badges?select=*'], ['GET', 'badges?select=id,pin'], ['GET', 'badges?select=id,shown:grade::text'],
  ['GET', 'badges?select=id&pin=eq.pin-2F'], ['GET', 'badges?select=id&pin=like.pin*'], ['GET', 'badges?select=id&grade=gt.3'],
  ['GET', 'badges?select=id&or=(pin.eq.pin-2F,id.eq.1)'], ['GET', 'badges?select=id&not.and=(grade.lt.3,id.gt.0)'], ['GET', 'badges?select=id&grade=not.is.null'],
  ['GET', 'badges?select=id&order=pin'], ['GET', 'badges?select=id&order=grade.desc&limit=1'], ['GET', 'badges?select=id&order=holder,grade'],
  ['HEAD', 'badges?select=id&grade=gt.3', undefined, prefer('count=exact')], ['HEAD', 'badges', undefined, prefer('count=planned')],
  ['GET', 'badges', undefined, { Accept: 'text/csv' }],
  ['GET', 'medals?select=id,badges(holder)'], ['GET', 'medals?select=id,badges!inner()'], ['GET', 'medals?select=id,badges()&badges=is.null'],
  ['GET', 'medals?select=id,badges()&order=badges(holder)'], ['GET', 'badges?select=id,medals(id)'], ['GET', 'badges?select=id,medals!inner()&medals.id=eq.1'],
  undone('PATCH', 'badges?pin=eq.pin-2F', { holder: 'x' }), undone('PATCH', 'badges?id=eq.2', { grade: 1 }), undone('PATCH', 'badges?grade=gt.3&select=id', { holder: 'x' }, ',return=representation'),
  undone('PATCH', 'badges?id=eq.2', { holder: 'x' }, ',return=representation'), undone('PATCH', 'badges?id=eq.2&select=id,pin', { holder: 'x' }, ',return=representation'),
  undone('PATCH', 'badges?order=grade.desc&limit=1', { holder: 'x' }), undone('DELETE', 'badges?id=eq.2'),
  undone('POST', 'badges', { id: 9, holder: 'x', grade: 1 }), undone('POST', 'badges', { id: 9, holder: 'x' }, ',return=representation'),
  undone('POST', 'badges?on_conflict=pin', badge, ',resolution=merge-duplicates'), undone('POST', 'badges?on_conflict=pin', badge, ',resolution=ignore-duplicates'),
  undone('POST', 'badges', badge, ',resolution=merge-duplicates'), undone('PUT', 'badges?id=eq.2', { ...badge, grade: null }),
]
const answered = [
  ['GET', 'badges?select=id,holder&order=id'], ['GET', 'badges?select=id&holder=eq.Otto'], ['HEAD', 'badges?select=id', undefined, prefer('count=exact')],
  undone('PATCH', 'badges?id=eq.2&select=id,holder', { holder: 'x', pin: 'new' }, ',return=representation'),
  undone('POST', 'badges?select=id,holder', { id: 9, holder: 'x', pin: 'new' }, ',return=representation'),
  undone('POST', 'badges', { id: 9, holder: 'x', pin: 'new' }, ',return=headers-only'),
]

/** Nothing of a hidden column shows, and no answer depends on it. */
export async function columns(attack) {
  const { world } = attack
  for (const [table, rows] of [['badges', [{ id: 1, holder: 'Max', pin: 'pin-1E', grade: 5 }, { ...badge, grade: 1 }]], ['medals', [{ id: 1, pin: 'pin-2F' }]]]) {
    const { error } = await world.secret.from(table).insert(rows)
    assert.equal(error, null, JSON.stringify(error))
  }
  const ask = async () => {
    const answers = []
    for (const [method, path, body, headers] of [...refused, ...answered]) {
      const answer = await attack.max(method, path, body, headers)
      answers.push([answer.status, answer.headers['content-range'] ?? '', answer.headers.location ?? '', answer.text])
    }
    return answers
  }
  const before = await ask()
  for (const [at, [method, path]] of [...refused, ...answered].entries()) {
    await attack.case(`hidden columns: ${method} ${path}`, () => {
      const [status, , , text] = before[at]
      assert.equal(at < refused.length ? status : status < 300, at < refused.length ? 403 : true, `${status} ${text}`)
      if (at < refused.length && text) assert.match(text, /^\{"code":"42501","details":null,"hint":null,"message":"permission denied for table (badges|medals)"\}$/)
    })
  }
  await world.raw('secret', 'PATCH', 'badges?id=eq.1', { body: { pin: 'zzz', grade: null } })
  await world.raw('secret', 'PATCH', 'badges?id=eq.2', { body: { pin: 'aaa', grade: 9 } })
  await attack.case('no answer depends on hidden columns', async () => assert.deepEqual(await ask(), before))
  await attack.case('a taken value of a hidden column is told without it', async () => {
    for (const [method, path, body] of [['POST', 'badges', { id: 9, holder: 'x', pin: 'aaa' }], ['PATCH', 'badges?id=eq.1', { pin: 'aaa' }]]) {
      const answer = await attack.max(method, path, body, prefer('tx=rollback'))
      assert.equal(answer.code, '23505', answer.text)
      assert.equal(answer.json.details, null, answer.text)
    }
    const readable = await attack.max('POST', 'badges', { id: 1, holder: 'x' }, prefer('tx=rollback'))
    assert.equal(readable.json.details, 'Key (id)=(1) already exists.')
  })
}

// Every call that issue-level compatibility asks of the REST API, made by the unmodified `@supabase/supabase-js`.
// A case is a name, a call and what it must give: rows, { count }, { code }, { status } …

const people = [
  { id: 1, name: 'Ada', email: 'ada@x.org', age: 36, salary: 1000.5, score: 0.1, active: true, born: '1815-12-10', wakes: '06:30:00',
    seen: '2013-01-01T06:00:00', joined: '2013-01-01T06:00:00+02:00', tag: '5f0c1b1e-9f2a-4d1e-8f7a-0a1b2c3d4e5f', mood: 'high',
    prefs: { theme: 'dark', sizes: [1, 2, 3], deep: { a: null } }, raw: { b: 1, a: 2 }, photo: '\\x00ff10', langs: ['en', 'fr'],
    team_id: 1, boss_id: null },
  { id: 2, name: 'Boole', email: 'boole@x.org', age: 49, salary: 99.99, score: 1e20, active: false, born: '1815-11-02', wakes: null,
    seen: null, joined: null, tag: null, mood: 'low', prefs: null, raw: null, photo: null, langs: [], team_id: 1, boss_id: 1 },
  { id: 3, name: 'Çelebi', email: null, age: null, salary: null, score: null, active: true, born: null, wakes: null, seen: null,
    joined: null, tag: null, mood: null, prefs: { theme: 'light' }, raw: null, photo: null, langs: null, team_id: 2, boss_id: 1 },
  { id: 4, name: "d'Alembert", email: 'd@x.org', age: 65, salary: 12345678.9, score: -0.5, active: true, born: '1717-11-16', wakes: '23:59:59.5',
    seen: '1783-10-29T00:00:00.123456', joined: null, tag: null, mood: 'fair', prefs: [1, 'two', { three: 3 }], raw: [1], photo: '\\x',
    langs: ['a,b', 'c"d', 'NULL', null], team_id: null, boss_id: 3 },
]

const ids = (...expected) => data => same(data.map(row => row.id), expected)
const same = (got, expected) => {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)]
  if (a !== b) throw new Error(`expected ${b}, got ${a}`)
}
const is = expected => data => same(data, expected)
const code = (wanted, status) => ({ code: wanted, status })

/** The cases, in order: later ones see what earlier ones wrote. `db` has the secret key, `open` the publishable one. */
export const cases = [
  // Insert, one and many.
  ['insert one', ({ db }) => db.from('teams').insert({ id: 1, name: 'Red', motto: 'go' }), { status: 201, data: is(null) }],
  ['insert many', ({ db }) => db.from('teams').insert([{ id: 2, name: 'Blue' }, { id: 3, name: 'Green', motto: 'grow' }]), { status: 201 }],
  ['insert and select', ({ db }) => db.from('people').insert(people[0]).select(), { status: 201, data: rows => same(rows[0].salary, 1000.5) }],
  ['insert many and select some', ({ db }) => db.from('people').insert(people.slice(1)).select('id,name'),
    { data: rows => same(rows.map(r => r.name), ['Boole', 'Çelebi', "d'Alembert"]) }],
  ['insert, missing as null', ({ db }) => db.from('people').insert([{ id: 10, name: 'M', score: 2 }, { id: 11, name: 'N', mood: 'low' }], { defaultToNull: true }).select('id,score,mood'),
    { data: is([{ id: 10, score: 2, mood: null }, { id: 11, score: null, mood: 'low' }]) }],
  ['insert, missing as default', ({ db }) => db.from('people').insert([{ id: 12, name: 'O', score: 2 }, { id: 13, name: 'P', mood: 'low' }], { defaultToNull: false }).select('id,score,mood'),
    { data: is([{ id: 12, score: 2, mood: 'fair' }, { id: 13, score: 1.5, mood: 'low' }]) }],
  ['insert with count', ({ db }) => db.from('skills').insert([{ id: 1, title: 'maths' }, { id: 2, title: 'logic' }], { count: 'exact' }), { count: 2 }],
  ['insert a single', ({ db }) => db.from('skills').insert({ id: 3, title: 'maps' }).select().single(), { data: is({ id: 3, title: 'maps' }) }],
  ['insert nothing', ({ db }) => db.from('skills').insert([]).select(), { data: is([]) }],
  ['insert into a junction', ({ db }) => db.from('person_skills').insert([{ person_id: 1, skill_id: 1, level: 5 }, { person_id: 1, skill_id: 2, level: 3 }, { person_id: 2, skill_id: 2, level: 5 }]), { status: 201 }],
  ['delete some', ({ db }) => db.from('people').delete().gte('id', 10).select('id').order('id'), { data: rows => same(rows.map(r => r.id).sort((a, b) => a - b), [10, 11, 12, 13]) }],

  // Select.
  ['every column of every type', ({ db }) => db.from('people').select().order('id'), { data: rows => same([rows[0].langs, rows[0].prefs.sizes, rows[0].photo, rows[1].score, rows[3].wakes], [['en', 'fr'], [1, 2, 3], '\\x00ff10', 1e20, '23:59:59.5']) }],
  ['columns', ({ db }) => db.from('people').select('id,name').eq('id', 1), { data: is([{ id: 1, name: 'Ada' }]) }],
  ['an alias', ({ db }) => db.from('people').select('key:id,who:name').eq('id', 1), { data: is([{ key: 1, who: 'Ada' }]) }],
  ['casts', ({ db }) => db.from('people').select('id::text,salary::text,age::bigint,born::text,active::text').eq('id', 1), { data: is([{ id: '1', salary: '1000.50', age: 36, born: '1815-12-10', active: 'true' }]) }],
  ['json paths', ({ db }) => db.from('people').select('theme:prefs->>theme,second:prefs->sizes->1,prefs->deep').eq('id', 1), { data: is([{ theme: 'dark', second: 2, deep: { a: null } }]) }],
  ['a json path by position', ({ db }) => db.from('people').select('prefs->2->three,prefs->>1').eq('id', 4), {}],
  ['to-one', ({ db }) => db.from('people').select('name,teams(name)').order('id'), { data: rows => same([rows[0].teams, rows[3].teams], [{ name: 'Red' }, null]) }],
  ['to-many', ({ db }) => db.from('teams').select('name,people(id)').order('id'), { data: rows => same([rows[0].people.length, rows[2].people], [2, []]) }],
  ['many-to-many', ({ db }) => db.from('people').select('name,skills(title)').eq('id', 1), { data: rows => same(rows[0].skills.map(s => s.title).sort(), ['logic', 'maths']) }],
  ['nested', ({ db }) => db.from('teams').select('name,people(name,person_skills(level,skills(title)))').order('id').order('id', { referencedTable: 'people' }).order('skill_id', { referencedTable: 'people.person_skills' }), {}],
  ['inner', ({ db }) => db.from('teams').select('id,people!inner(name)').eq('people.name', 'Ada'), { data: is([{ id: 1, people: [{ name: 'Ada' }] }]) }],
  ['an embed’s filter', ({ db }) => db.from('teams').select('id,people(id)').eq('people.active', true).order('id').order('id', { referencedTable: 'people' }), { data: is([{ id: 1, people: [{ id: 1 }] }, { id: 2, people: [{ id: 3 }] }, { id: 3, people: [] }]) }],
  ['an embed’s order and limit', ({ db }) => db.from('teams').select('id,people(id)').order('id').order('id', { referencedTable: 'people', ascending: false }).limit(1, { referencedTable: 'people' }), { data: is([{ id: 1, people: [{ id: 2 }] }, { id: 2, people: [{ id: 3 }] }, { id: 3, people: [] }]) }],
  ['an embed’s range', ({ db }) => db.from('teams').select('id,people(id)').eq('id', 1).order('id', { referencedTable: 'people' }).range(1, 1, { referencedTable: 'people' }), { data: is([{ id: 1, people: [{ id: 2 }] }]) }],
  ['an embed of the same table', ({ db }) => db.from('people').select('id,boss:boss_id(name)').eq('id', 2), { data: is([{ id: 2, boss: { name: 'Ada' } }]) }],
  ['an embed by its key', ({ db }) => db.from('people').select('id,reports:people!people_boss_id_fkey(id)').eq('id', 1), {}],
  ['an aliased embed', ({ db }) => db.from('people').select('id,team:teams(label:name)').eq('id', 1), { data: is([{ id: 1, team: { label: 'Red' } }]) }],
  ['a spread embed', ({ db }) => db.from('people').select('id,...teams(team:name)').eq('id', 1), { data: is([{ id: 1, team: 'Red' }]) }],
  ['order by an embed', ({ db }) => db.from('people').select('id,teams(name)').not('team_id', 'is', null).order('teams(name)').order('id'), { data: ids(3, 1, 2) }],
  ['only those without an embed', ({ db }) => db.from('teams').select('id,people()').is('people', null), { data: is([{ id: 3 }]) }],

  // Filters.
  ['eq', ({ db }) => db.from('people').select('id').eq('name', "d'Alembert"), { data: ids(4) }],
  ['neq', ({ db }) => db.from('people').select('id').neq('age', 36).order('id'), { data: ids(2, 4) }],
  ['gt', ({ db }) => db.from('people').select('id').gt('salary', 99.99).order('id'), { data: ids(1, 4) }],
  ['gte', ({ db }) => db.from('people').select('id').gte('salary', 99.99).order('id'), { data: ids(1, 2, 4) }],
  ['lt', ({ db }) => db.from('people').select('id').lt('born', '1815-12-10').order('id'), { data: ids(2, 4) }],
  ['lte', ({ db }) => db.from('people').select('id').lte('born', '1815-12-10').order('id'), { data: ids(1, 2, 4) }],
  ['like', ({ db }) => db.from('people').select('id').like('name', '%o%').order('id'), { data: ids(2) }],
  ['ilike', ({ db }) => db.from('people').select('id').ilike('name', 'ç%'), { data: ids(3) }],
  ['like any of', ({ db }) => db.from('people').select('id').likeAnyOf('name', ['A%', 'B%']).order('id'), { data: ids(1, 2) }],
  ['ilike all of', ({ db }) => db.from('people').select('id').ilikeAllOf('name', ['%A%', '%E%']).order('id'), { data: ids(4) }],
  ['is null', ({ db }) => db.from('people').select('id').is('age', null), { data: ids(3) }],
  ['is true', ({ db }) => db.from('people').select('id').is('active', false), { data: ids(2) }],
  ['in', ({ db }) => db.from('people').select('id').in('name', ['Ada', 'a,b', 'c"d', '(x)', "d'Alembert"]).order('id'), { data: ids(1, 4) }],
  ['in nothing', ({ db }) => db.from('people').select('id').in('id', []), { data: is([]) }],
  ['contains (array)', ({ db }) => db.from('people').select('id').contains('langs', ['en']), { data: ids(1) }],
  ['contains (json)', ({ db }) => db.from('people').select('id').contains('prefs', { theme: 'dark' }), { data: ids(1) }],
  ['contained by', ({ db }) => db.from('people').select('id').containedBy('langs', ['en', 'fr', 'de']).order('id'), { data: ids(1, 2) }],
  ['overlaps', ({ db }) => db.from('people').select('id').overlaps('langs', ['fr', 'x']), { data: ids(1) }],
  ['not', ({ db }) => db.from('people').select('id').not('name', 'like', 'A%').order('id'), { data: ids(2, 3, 4) }],
  ['not in', ({ db }) => db.from('people').select('id').not('id', 'in', '(1,2)').order('id'), { data: ids(3, 4) }],
  ['or', ({ db }) => db.from('people').select('id').or('age.gt.60,name.eq.Ada').order('id'), { data: ids(1, 4) }],
  ['nested or and and', ({ db }) => db.from('people').select('id').or('and(age.gt.40,active.is.true),not.or(age.gt.0,name.eq.Ada),name.eq."Boole"').order('id'), {}],
  ['or in an embed', ({ db }) => db.from('teams').select('id,people(id)').or('age.gt.40,name.eq.Ada', { referencedTable: 'people' }).eq('id', 1).order('id', { referencedTable: 'people' }), { data: is([{ id: 1, people: [{ id: 1 }, { id: 2 }] }]) }],
  ['match', ({ db }) => db.from('people').select('id').match({ active: true, team_id: 2 }), { data: ids(3) }],
  ['filter', ({ db }) => db.from('people').select('id').filter('mood', 'in', '("low","high")').order('id'), { data: ids(1, 2) }],
  ['a filter on a json path', ({ db }) => db.from('people').select('id').eq('prefs->>theme', 'light'), { data: ids(3) }],
  ['a filter on a timestamp', ({ db }) => db.from('people').select('id,joined').eq('joined', '2013-01-01T04:00:00Z'), { data: ids(1) }],
  ['a filter on a uuid', ({ db }) => db.from('people').select('id').eq('tag', '5F0C1B1E-9F2A-4D1E-8F7A-0A1B2C3D4E5F'), { data: ids(1) }],
  ['an enum is ordered as declared', ({ db }) => db.from('people').select('id').gt('mood', 'low').order('mood').order('id'), { data: ids(4, 1) }],

  // Order, limit, range, count.
  ['order', ({ db }) => db.from('people').select('id').order('salary'), { data: ids(2, 1, 4, 3) }],
  ['order descending', ({ db }) => db.from('people').select('id').order('salary', { ascending: false }), { data: ids(3, 4, 1, 2) }],
  ['nulls first', ({ db }) => db.from('people').select('id').order('age', { nullsFirst: true }), { data: ids(3, 1, 2, 4) }],
  ['nulls last', ({ db }) => db.from('people').select('id').order('age', { ascending: false, nullsFirst: false }), { data: ids(4, 2, 1, 3) }],
  ['limit', ({ db }) => db.from('people').select('id').order('id').limit(2), { data: ids(1, 2) }],
  ['range', ({ db }) => db.from('people').select('id').order('id').range(1, 2), { data: ids(2, 3), range: '1-2/*' }],
  ['range with count', ({ db }) => db.from('people').select('id', { count: 'exact' }).order('id').range(1, 2), { data: ids(2, 3), range: '1-2/4', status: 206, count: 4 }],
  ['a range past the end', ({ db }) => db.from('people').select('id', { count: 'exact' }).range(9, 12), code('PGRST103', 416)],
  ['count exact', ({ db }) => db.from('people').select('*', { count: 'exact', head: true }), { count: 4 }],
  ['count exact of a filter', ({ db }) => db.from('people').select('*', { count: 'exact', head: true }).eq('active', true), { count: 3 }],
  ['count planned', ({ db }) => db.from('people').select('id', { count: 'planned' }).order('id'), { varies: true }],
  ['count estimated', ({ db }) => db.from('people').select('id', { count: 'estimated' }).order('id'), { varies: true }],
  ['head', ({ db }) => db.from('people').select('id', { head: true }), { data: is(null), status: 200 }],
  ['head of a missing table', ({ db }) => db.from('nothing').select('id', { head: true }), { status: 404 }],

  // One row.
  ['single', ({ db }) => db.from('people').select('id,name').eq('id', 1).single(), { data: is({ id: 1, name: 'Ada' }) }],
  ['single of none', ({ db }) => db.from('people').select('id').eq('id', 99).single(), code('PGRST116', 406)],
  ['single of several', ({ db }) => db.from('people').select('id').single(), code('PGRST116', 406)],
  ['maybeSingle', ({ db }) => db.from('people').select('id').eq('id', 2).maybeSingle(), { data: is({ id: 2 }) }],
  ['maybeSingle of none', ({ db }) => db.from('people').select('id').eq('id', 99).maybeSingle(), { data: is(null) }],
  ['maybeSingle of several', ({ db }) => db.from('people').select('id').maybeSingle(), { code: 'PGRST116' }],
  ['csv', ({ db }) => db.from('people').select('id,name,salary,active,langs,prefs').order('id').csv(), { data: text => same(text.split('\n')[0], 'id,name,salary,active,langs,prefs') }],
  ['csv of none', ({ db }) => db.from('people').select('id,name').eq('id', 99).csv(), {}],

  // Update.
  ['update', ({ db }) => db.from('people').update({ age: 37 }).eq('id', 1), { status: 204 }],
  ['update and select', ({ db }) => db.from('people').update({ age: 38, prefs: { theme: 'blue' }, langs: ['x'] }).eq('id', 1).select('id,age,prefs,langs'), { data: is([{ id: 1, age: 38, prefs: { theme: 'blue' }, langs: ['x'] }]) }],
  ['update with count', ({ db }) => db.from('people').update({ active: true }, { count: 'exact' }).in('id', [1, 2]), { count: 2 }],
  ['update to null', ({ db }) => db.from('people').update({ motto: null, email: null }).eq('id', 1), { code: 'PGRST204', status: 400 }],
  ['update none', ({ db }) => db.from('people').update({ age: 1 }).eq('id', 99).select(), { data: is([]) }],
  ['update a single', ({ db }) => db.from('people').update({ age: 50 }).eq('id', 2).select('id,age').single(), { data: is({ id: 2, age: 50 }) }],
  ['a single update of several is undone', ({ db }) => db.from('people').update({ age: 1 }).gt('id', 0).select().single(), code('PGRST116', 406)],
  ['… as one sees', ({ db }) => db.from('people').select('age').eq('id', 2), { data: is([{ age: 50 }]) }],
  ['an update with an embed', ({ db }) => db.from('people').update({ team_id: 3 }).eq('id', 4).select('id,teams(name)'), { data: is([{ id: 4, teams: { name: 'Green' } }]) }],
  ['an update without a filter', ({ db }) => db.from('people').update({ age: 1 }), code('21000', 400)],
  ['an update of every row, asked for', ({ db }) => db.from('secrets').update({ word: 'x' }).setHeader('X-Tenon-Allow-Unfiltered', 'true'), { status: 204 }],

  // Upsert.
  ['upsert: new', ({ db }) => db.from('skills').upsert({ id: 4, title: 'tea' }).select(), { data: is([{ id: 4, title: 'tea' }]) }],
  ['upsert: merge', ({ db }) => db.from('skills').upsert([{ id: 4, title: 'coffee' }, { id: 5, title: 'cake' }]).select().order('id'), { data: is([{ id: 4, title: 'coffee' }, { id: 5, title: 'cake' }]) }],
  ['upsert: ignore', ({ db }) => db.from('skills').upsert([{ id: 4, title: 'milk' }, { id: 6, title: 'rest' }], { ignoreDuplicates: true }).select(), { data: is([{ id: 6, title: 'rest' }]) }],
  ['upsert: onConflict', ({ db }) => db.from('teams').upsert({ id: 9, name: 'Red', motto: 'stop' }, { onConflict: 'name', ignoreDuplicates: true }).select(), { data: is([]) }],
  ['upsert: onConflict, merge', ({ db }) => db.from('teams').upsert({ id: 3, name: 'Green', motto: 'wither' }, { onConflict: 'name' }).select(), { data: is([{ id: 3, name: 'Green', motto: 'wither' }]) }],
  ['upsert of a junction', ({ db }) => db.from('person_skills').upsert({ person_id: 1, skill_id: 1, level: 4 }).select(), { data: is([{ person_id: 1, skill_id: 1, level: 4 }]) }],

  // Errors.
  ['a missing table', ({ db }) => db.from('peopl').select(), code('PGRST205', 404)],
  ['a missing column', ({ db }) => db.from('people').select('nam'), code('42703', 400)],
  ['a missing column in a filter', ({ db }) => db.from('people').select().eq('nam', 1), code('42703', 400)],
  ['a missing column in a body', ({ db }) => db.from('people').insert({ nam: 1 }), code('PGRST204', 400)],
  ['a missing relation', ({ db }) => db.from('people').select('id,secrets(id)'), code('PGRST200', 400)],
  ['an ambiguous relation', ({ db }) => db.from('people').select('id,people(id)'), {}],
  ['a broken reference', ({ db }) => db.from('people').insert({ name: 'X', team_id: 77 }), code('23503', 409)],
  ['a referenced row', ({ db }) => db.from('people').delete().eq('id', 1), code('23503', 409)],
  ['a duplicate key', ({ db }) => db.from('teams').insert({ id: 1, name: 'Other' }), code('23505', 409)],
  ['a duplicate unique value', ({ db }) => db.from('teams').insert({ id: 50, name: 'Red' }), code('23505', 409)],
  ['a null that must not be', ({ db }) => db.from('teams').insert({ id: 51 }), code('23502', 400)],
  ['a value of another type', ({ db }) => db.from('people').insert({ name: 'X', age: 'old' }), code('22P02', 400)],
  ['a number out of range', ({ db }) => db.from('people').insert({ name: 'X', age: 99999 }), code('22003', 400)],
  ['a text too long', ({ db }) => db.from('people').insert({ name: 'X', email: 'x'.repeat(41) }), code('22001', 400)],
  ['an enum value that is none', ({ db }) => db.from('people').insert({ name: 'X', mood: 'sad' }), code('22P02', 400)],
  ['a date that is none', ({ db }) => db.from('people').insert({ name: 'X', born: 'soon' }), code('22007', 400)],
  ['a filter value of another type', ({ db }) => db.from('people').select().eq('id', 'x'), code('22P02', 400)],
  ['a malformed filter', ({ db }) => db.from('people').select().filter('id', 'nope', '1'), code('PGRST100', 400)],
  ['a malformed or', ({ db }) => db.from('people').select().or('id.eq.1,and(id'), code('PGRST100', 400)],
  ['a malformed select', ({ db }) => db.from('people').select('id,teams('), code('PGRST100', 400)],
  ['a missing function', ({ db }) => db.rpc('nope', { a: 1 }), code('PGRST202', 404)],
  ['a failed batch leaves nothing', ({ db }) => db.from('skills').insert([{ id: 70, title: 'x' }, { id: 1, title: 'y' }]), code('23505', 409)],
  ['… as one sees', ({ db }) => db.from('skills').select('id').eq('id', 70), { data: is([]) }],

  // Delete.
  ['delete', ({ db }) => db.from('skills').delete().eq('id', 6), { status: 204 }],
  ['delete and select', ({ db }) => db.from('skills').delete().eq('id', 5).select(), { data: is([{ id: 5, title: 'cake' }]) }],
  ['delete with count', ({ db }) => db.from('skills').delete({ count: 'exact' }).in('id', [3, 4]), { count: 2 }],
  ['a delete without a filter', ({ db }) => db.from('skills').delete(), code('21000', 400)],

  // Keys and roles.
  ['the publishable key sees nothing of a closed table', ({ open }) => open.from('secrets').select(), { code: '42501', status: 401 }],
  ['the publishable key writes nothing to a closed table', ({ open }) => open.from('secrets').insert({ id: 1 }), { code: '42501', status: 401 }],
  ['the publishable key reads an opened table', ({ open }) => open.from('skills').select().order('id'), { data: is([{ id: 1, title: 'maths' }, { id: 2, title: 'logic' }]) }],
  ['… and does not write to it', ({ open }) => open.from('skills').delete().eq('id', 1), { code: '42501', status: 401 }],
  ['an embed of a closed table', ({ open }) => open.from('skills').select('id,person_skills(level)'), { code: '42501', status: 401 }],
  ['a wrong key', ({ wrong }) => wrong.from('people').select(), { status: 401, code: 'PGRST301' }],
]

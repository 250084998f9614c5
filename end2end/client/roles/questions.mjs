// What everybody asks: through the client, and in SQL for the judge. Every answer is that of PostgreSQL itself.

const read = (from, select, rest = '') => `select coalesce(json_agg(r), '[]') from (select ${select} from ${from} ${rest}) as r;`
const returning = (sql, columns) => `with r as (${sql} returning ${columns}) select coalesce(json_agg(r), '[]') from r;`
const one = (alias, columns, from, where) => `(select row_to_json(x) from (select ${columns} from ${from} where ${where}) as x) as ${alias}`
const many = (alias, columns, from, where) => `(select coalesce(json_agg(x), '[]') from (select ${columns} from ${from} where ${where} order by id) as x) as ${alias}`
const author = columns => one('people', columns, 'people p', 'p.id = a.author_id')

/** [question, call, SQL] */
export const reads = [
  ...['people', 'articles', 'reviews', 'payments'].flatMap(table => [
    [`all of ${table}`, db => db.from(table).select(), read(table, '*')],
    [`how many ${table}, of all columns`, db => db.from(table).select('*', { count: 'exact', head: true }), `select json_build_object('count', count(*)) from (select * from ${table}) as r;`],
  ]),
  ...['people', 'articles', 'reviews'].map(table => [`how many ${table}, by their ids`, db => db.from(table).select('id', { count: 'exact', head: true }), `select json_build_object('count', count(*)) from (select id from ${table}) as r;`]),
  ['names', db => db.from('people').select('id,name').order('id'), read('people', 'id, name', 'order by id')],
  ['salaries', db => db.from('people').select('id,salary').order('id'), read('people', 'id, salary', 'order by id')],
  ['a salary as text', db => db.from('people').select('pay:salary::text').order('id'), read('people', 'salary::text as pay', 'order by id')],
  ['who earns much', db => db.from('people').select('id').gt('salary', 250).order('id'), read('people', 'id', 'where salary > 250 order by id')],
  ['who earns nothing', db => db.from('people').select('id').is('salary', null), read('people', 'id', 'where salary is null')],
  ['who has that address', db => db.from('people').select('id').eq('email', 'ada@example.test'), read('people', 'id', "where email = 'ada@example.test'")],
  ['by name or by pay', db => db.from('people').select('id').or('name.eq.Ada,salary.gt.250').order('id'), read('people', 'id', "where name = 'Ada' or salary > 250 order by id")],
  ['not by pay', db => db.from('people').select('id').not('salary', 'in', '(100,200)').order('id'), read('people', 'id', 'where not salary in (100, 200) order by id')],
  ['in the order of pay', db => db.from('people').select('id').order('salary'), read('people', 'id', 'order by salary')],
  ['titles', db => db.from('articles').select('id,title').order('id'), read('articles', 'id, title', 'order by id')],
  ['notes', db => db.from('articles').select('id,notes').order('id'), read('articles', 'id, notes', 'order by id')],
  ['fees', db => db.from('articles').select('id,fee').order('id'), read('articles', 'id, fee', 'order by id')],
  ['states', db => db.from('articles').select('id,state').order('id'), read('articles', 'id, state', 'order by id')],
  ['what is noted', db => db.from('articles').select('id').like('notes', '%check%').order('id'), read('articles', 'id', "where notes like '%check%' order by id")],
  ['in the order of notes', db => db.from('articles').select('id').order('notes').order('id'), read('articles', 'id', 'order by notes, id')],
  ['counted by notes', db => db.from('articles').select('id', { count: 'exact', head: true }).is('notes', null), "select json_build_object('count', count(*)) from articles where notes is null and id is not null;"],
  ['private remarks', db => db.from('reviews').select('id,private_remark').order('id'), read('reviews', 'id, private_remark', 'order by id')],
  ['months', db => db.from('payments').select('month').order('month'), read('payments', 'month', 'order by month')],
  ['amounts', db => db.from('payments').select('month,amount').order('month'), read('payments', 'month, amount', 'order by month')],
  // Embedded rows.
  ['articles with their authors', db => db.from('articles').select('id,people(name)').order('id'), read('articles a', `a.id, ${author('p.name')}`, 'order by a.id')],
  ['articles with their authors’ addresses', db => db.from('articles').select('id,people(email)').order('id'), read('articles a', `a.id, ${author('p.email')}`, 'order by a.id')],
  ['articles with all of their authors', db => db.from('articles').select('id,people(*)').order('id'), read('articles a', `a.id, ${author('p.*')}`, 'order by a.id')],
  ['articles of the well paid', db => db.from('articles').select('id,people!inner(name)').gt('people.salary', 150).order('id'), read('articles a', `a.id, ${author('p.name')}`, 'where exists (select 1 from people p where p.id = a.author_id and p.salary > 150) order by a.id')],
  ['articles by their authors’ names', db => db.from('articles').select('id,people()').order('people(name)').order('id'), read('articles a left join people p on p.id = a.author_id', 'a.id', 'order by p.name, a.id')],
  ['articles by their authors’ pay', db => db.from('articles').select('id,people()').order('people(salary)').order('id'), read('articles a left join people p on p.id = a.author_id', 'a.id', 'order by p.salary, a.id')],
  ['people with their articles', db => db.from('people').select('id,articles(id,title)').order('id').order('id', { referencedTable: 'articles' }), read('people p', `p.id, ${many('articles', 'a.id, a.title', 'articles a', 'a.author_id = p.id')}`, 'order by p.id')],
  ['people with their articles’ notes', db => db.from('people').select('id,articles(notes)').order('id'), read('people p', `p.id, ${many('articles', 'a.notes', 'articles a', 'a.author_id = p.id')}`, 'order by p.id')],
  ['reviews with titles and names', db => db.from('reviews').select('id,articles(title,people(name))').order('id'), read('reviews r', `r.id, ${one('articles', `a.title, ${author('p.name')}`, 'articles a', 'a.id = r.article_id')}`, 'order by r.id')],
  ['reviews of noted articles', db => db.from('reviews').select('id,articles!inner(title)').eq('articles.notes', 'check facts').order('id'), read('reviews r', `r.id, ${one('articles', 'a.title', 'articles a', 'a.id = r.article_id')}`, "where exists (select 1 from articles a where a.id = r.article_id and a.notes = 'check facts') order by r.id")],
  ['payments with names', db => db.from('payments').select('month,people(name)').order('month'), read('payments y', `y.month, ${one('people', 'p.name', 'people p', 'p.id = y.person_id')}`, 'order by y.month')],
]

const article = { id: 90, author_id: 1, title: 'New' }
const insert = (row, table = 'articles') => `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).map(v => (typeof v === 'string' ? `'${v}'` : v)).join(', ')})`
const set = row => Object.keys(row).map(name => `${name} = excluded.${name}`).join(', ')

export const writes = [
  ['adds an article', db => db.from('articles').insert(article), `${insert(article)};`],
  ['adds an article and reads it', db => db.from('articles').insert(article).select('id,title,state'), returning(insert(article), 'id, title, state')],
  ['adds an article and reads all of it', db => db.from('articles').insert(article).select(), returning(insert(article), '*')],
  ['adds an article with a fee', db => db.from('articles').insert({ ...article, fee: 5 }), `${insert({ ...article, fee: 5 })};`],
  ['adds an article that is out', db => db.from('articles').insert({ ...article, state: 'live' }), `${insert({ ...article, state: 'live' })};`],
  ['changes a title', db => db.from('articles').update({ title: 'Changed' }).eq('id', 2), "update articles set title = 'Changed' where id = 2;"],
  ['changes a title and reads it', db => db.from('articles').update({ title: 'Changed' }).eq('id', 2).select('id,title'), returning("update articles set title = 'Changed' where id = 2", 'id, title')],
  ['changes a title and reads the notes', db => db.from('articles').update({ title: 'Changed' }).eq('id', 2).select('id,notes'), returning("update articles set title = 'Changed' where id = 2", 'id, notes')],
  ['changes what is noted', db => db.from('articles').update({ title: 'Changed' }).eq('notes', 'check facts'), "update articles set title = 'Changed' where notes = 'check facts';"],
  ['publishes', db => db.from('articles').update({ state: 'live' }).eq('id', 2).select('id,state'), returning("update articles set state = 'live' where id = 2", 'id, state')],
  ['loses', db => db.from('articles').update({ state: 'lost' }).eq('id', 2), "update articles set state = 'lost' where id = 2;"],
  ['notes', db => db.from('articles').update({ notes: 'x' }).eq('id', 2).select('notes'), returning("update articles set notes = 'x' where id = 2", 'notes')],
  ['changes a title and a fee', db => db.from('articles').update({ title: 'x', fee: 1 }).eq('id', 2), "update articles set title = 'x', fee = 1 where id = 2;"],
  ['sets a fee', db => db.from('articles').update({ fee: 7 }).eq('id', 2).select('id,fee'), returning('update articles set fee = 7 where id = 2', 'id, fee')],
  ['deletes an article', db => db.from('articles').delete().eq('id', 4).select('id'), returning('delete from articles where id = 4', 'id')],
  ['deletes by notes', db => db.from('articles').delete().eq('notes', 'none'), "delete from articles where notes = 'none';"],
  ['merges an article', db => db.from('articles').upsert({ id: 2, title: 'Merged' }), `${insert({ id: 2, title: 'Merged' })} on conflict (id) do update set ${set({ id: 2, title: '' })};`],
  ['leaves an article', db => db.from('articles').upsert({ id: 2, title: 'Merged' }, { ignoreDuplicates: true }), `${insert({ id: 2, title: 'Merged' })} on conflict (id) do nothing;`],
  ['adds a review', db => db.from('reviews').insert({ id: 90, article_id: 1, private_remark: 'p' }).select(), returning(insert({ id: 90, article_id: 1, private_remark: 'p' }, 'reviews'), '*')],
  ['adds a review of nothing', db => db.from('reviews').insert({ id: 90, article_id: 999 }), `${insert({ id: 90, article_id: 999 }, 'reviews')};`],
  ['adds a review that is there', db => db.from('reviews').insert({ id: 1, article_id: 1 }), `${insert({ id: 1, article_id: 1 }, 'reviews')};`],
  ['grades', db => db.from('reviews').update({ grade: 5 }).eq('id', 1).select('id,grade'), returning('update reviews set grade = 5 where id = 1', 'id, grade')],
  ['merges a review', db => db.from('reviews').upsert({ id: 1, article_id: 1, grade: 5 }), `${insert({ id: 1, article_id: 1, grade: 5 }, 'reviews')} on conflict (id) do update set ${set({ id: 1, article_id: 1, grade: 5 })};`],
  ['moves a review', db => db.from('reviews').update({ article_id: 2 }).eq('id', 1), 'update reviews set article_id = 2 where id = 1;'],
  ['raises', db => db.from('people').update({ salary: 1 }).eq('id', 1).select('id,salary'), returning('update people set salary = 1 where id = 1', 'id, salary')],
  ['renames', db => db.from('people').update({ name: 'x' }).eq('id', 1), "update people set name = 'x' where id = 1;"],
  ['pays', db => db.from('payments').upsert({ person_id: 1, month: '2026-01', amount: 9 }).select(), returning(`${insert({ person_id: 1, month: '2026-01', amount: 9 }, 'payments')} on conflict (person_id, month) do update set ${set({ person_id: 1, month: '', amount: 9 })}`, '*')],
  ['takes back', db => db.from('payments').delete().eq('month', '2026-01').select('amount'), returning("delete from payments where month = '2026-01'", 'amount')],
]

export const rows = {
  people: [
    { id: 1, name: 'Ada', email: 'ada@example.test', salary: 100 },
    { id: 2, name: 'Bob', email: 'bob@example.test', salary: 300 },
    { id: 3, name: 'Cy', email: null, salary: null },
  ],
  articles: [
    { id: 1, author_id: 1, title: 'One', body: 'b', state: 'live', notes: 'check facts', fee: 10 },
    { id: 2, author_id: 2, title: 'Two', body: null, state: 'draft', notes: null, fee: 20 },
    { id: 3, author_id: 2, title: 'Three', body: 'b', state: 'secret', notes: 'a check', fee: null },
    { id: 4, author_id: null, title: 'Four', body: 'b', state: 'draft', notes: 'none', fee: 40 },
  ],
  reviews: [
    { id: 1, article_id: 1, grade: 1, remark: 'good', private_remark: 'bad' },
    { id: 2, article_id: 3, grade: 2, remark: null, private_remark: 'psst' },
  ],
  payments: [
    { person_id: 1, month: '2026-01', amount: 100, iban: 'DE1' },
    { person_id: 2, month: '2026-02', amount: 300, iban: 'DE2' },
  ],
}

/** The rows as SQL. */
export const filled = Object.entries(rows).flatMap(([table, all]) => all.map(row => `${insert(Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)), `public.${table}`)};`))

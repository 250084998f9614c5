// What somebody asks who wants to learn of rows that are hidden from them: Max, of the documents 1004, 1005, 1006 and 2001 and of
// all that belongs to them. The answers must be the same bytes whatever those rows say, and whether they are there.
const O = { Accept: 'application/vnd.pgrst.object+json' }
const CSV = { Accept: 'text/csv' }
const prefer = text => ({ Prefer: text })
const get = (path, headers) => ({ method: 'GET', path, headers })
const undone = (method, path, body, more = '') => ({ method, path, body, headers: prefer(`tx=rollback${more}`) })
const all = { 'X-Tenon-Allow-Unfiltered': 'true' }

export const requests = [
  // Filters.
  get('documents?title=eq.Duel'), get('documents?title=like.D*&select=id'), get('documents?title=ilike.*legend*'),
  get('documents?words=gt.45&words=lt.75&select=id'), get('documents?or=(title.eq.Duel,id.eq.1001)&select=id'),
  get('documents?not.and=(state.eq.published,words.gt.1)&select=id'), get('documents?id=in.(1004,1005,1006,2001,3001)'),
  get('documents?title=like.Du%5C'), get('documents?words=eq.abc'), get('vault?body->>code=eq.4711'), get('vault?body->n=gt.3&select=id'),
  // Filters and orders on related rows.
  get('documents?projects.name=eq.Atlas&select=id,projects!inner(id)'), get('comments?select=id,documents!inner(title)&documents.title=eq.Duel'),
  get('tags?select=label,documents!inner()&documents.title=eq.Duel'), get('tags?select=label,documents(id)&documents.words=gt.1&order=id'),
  get('projects?select=id,documents()&documents=not.is.null&documents.title=eq.Duel'), get('projects?select=id,documents()&documents=is.null&order=id'),
  get('documents?select=id,projects()&order=projects(name).desc,id'), get('documents?select=id,projects()&order=projects(code).asc.nullsfirst,id'),
  get('comments?select=id,documents(title,projects(name,teams(name,organisations(name,slug))))&order=id'),
  get('comments?select=id,...documents(title,words)&order=id'), get('document_tags?select=*,documents(title),tags(label)&order=document_id,tag_id'),
  get('teams?select=*,projects(*,documents(*,comments(*)))&order=id'), get('organisations?select=*,salaries(*),memberships(*),teams(*,team_members(*))&order=id'),
  get('projects?select=id,documents(id)&documents.order=words.desc&documents.limit=1&order=id'), get('pointers?select=id,vault(secret)&order=id'),
  get('pointers?select=id,vault!inner(secret)&vault.secret=like.o*'), get('vault?select=id,pointers(id)&order=id'),
  get('documents?select=*,private(*)'), get('private'), get('closed'), get('gated'), get('trusting'),
  // Counts.
  ...['exact', 'planned', 'estimated'].flatMap(count => [
    get('documents?select=id&order=id', prefer(`count=${count}`)),
    ...['documents?title=eq.Duel', 'salaries', 'closed', 'comments?select=id,documents!inner()&documents.title=eq.Legend'].map(path => ({ method: 'HEAD', path, headers: prefer(`count=${count}`) })),
  ]),
  ...['exact', 'estimated'].flatMap(count => [get('documents?select=id&limit=1&order=id', prefer(`count=${count}`)), get('documents?select=id&limit=0', prefer(`count=${count}`))]),
  get('documents?title=eq.Duel&select=id&limit=0', prefer('count=planned')), get('box?select=id&limit=1', prefer('count=planned')),
  // Pages and shapes.
  get('documents?select=id&order=words', { Range: '5-9', ...prefer('count=exact') }), get('documents?select=id&order=words', { Range: '7-', ...prefer('count=exact') }),
  get('documents?select=id&offset=8', prefer('count=exact')), get('documents?id=eq.1005', O), get('documents?words=gt.45', O), get('documents?order=id', CSV),
  get('documents?select=id,title&order=words.desc', { Accept: 'application/vnd.pgrst.array+json' }), get(''), { method: 'OPTIONS', path: 'documents' },
  get('documents?id=eq.1005', { 'If-None-Match': '*' }),
  // Writes, undone.
  undone('PATCH', 'documents?title=eq.Duel', { title: 'x' }, ',return=representation,count=exact'),
  undone('PATCH', 'documents?id=eq.1005', { title: 'x' }, ',return=headers-only'), undone('PATCH', 'documents?id=eq.1005', { title: 'x' }, ',return=minimal,count=exact'),
  undone('PATCH', 'documents?words=gt.0', { words: 1 }, ',handling=strict,max-affected=3'), undone('PATCH', 'documents?words=gt.0', { words: 1 }, ',handling=strict,max-affected=2'),
  undone('PATCH', 'documents?select=id,projects(name)&id=in.(1001,1005)', { words: 3 }, ',return=representation'),
  undone('PATCH', 'documents?comments.body=eq.lost&select=id,comments!inner()', { words: 3 }, ',return=representation'),
  undone('DELETE', 'documents?title=eq.Legend', undefined, ',return=representation,count=exact'),
  undone('DELETE', 'documents?words=gt.0', undefined, ',handling=strict,max-affected=1'), undone('DELETE', 'comments?body=eq.lost', undefined, ',return=representation'),
  undone('DELETE', 'vault?secret=like.o*', undefined, ',return=representation'), undone('DELETE', 'closed?id=gt.0', undefined, ',return=representation,count=exact'),
  undone('PATCH', 'closed?id=gt.0', { word: 'x' }, ',return=representation,count=exact'), undone('POST', 'closed', { id: 1, word: 'x' }), undone('POST', 'private', { id: 1 }),
  undone('PATCH', 'box?word=eq.zulu', { word: 'x' }, ',count=exact'), undone('DELETE', 'box?word=gt.a', undefined, ',count=exact,return=representation'),
  undone('POST', 'documents?select=id,projects(name,teams(name))', { id: 9001, project_id: 101, owner_id: '@max', title: 'x' }, ',return=representation'),
  undone('POST', 'documents', { id: 9001, project_id: 103, owner_id: '@max', title: 'x' }, ',return=representation'),
  undone('POST', 'documents', { id: 9001, project_id: 9999, owner_id: '@max', title: 'x' }, ',return=minimal'),
  undone('POST', 'comments', { id: 900, document_id: 1005, author_id: '@max', body: 'x' }), undone('POST', 'document_tags', { document_id: 1005, tag_id: 1 }),
  undone('PUT', 'comments?id=eq.900', { id: 900, document_id: 1005, author_id: '@max', body: 'x', internal: false }),
  undone('POST', 'vault', { id: 900, owner_id: '@max', secret: 'new' }, ',return=headers-only,missing=default'),
  { method: 'PATCH', path: 'documents?order=words.desc&limit=1', body: { title: 'x' }, headers: { ...all, ...prefer('tx=rollback,return=representation') } },
  get('ring_a'), get('ring_b?select=id,ring_a(id)'), get('documents?select=id,secret'), get('nothing'), get('documents?select=id,salaries(amount)'),
  { method: 'POST', path: 'rpc/anything', body: {} },
]

/** Pages and exports of the Studio that a member may open who belongs to no organisation. */
export const pages = [
  '/tables', '/tables?q=doc', '/tables/documents', '/tables/documents?q=Duel', '/tables/documents?order=words.desc', '/tables/documents?filter=title.eq.Duel', '/tables/documents?order=title&page=2',
  '/tables/salaries', '/tables/comments', '/tables/vault', '/tables/closed', '/tables/box', '/tables/private',
  '/tables/documents/records/1005', '/tables/documents/records/2001', '/tables/documents/records/1002', '/tables/vault/records/2', '/tables/comments/new', '/tables/pointers/new', '/tables/document_tags/new',
  '/tables/documents/new?copy=1005', '/tables/documents/new?from=1005',
  ...['documents', 'salaries', 'comments', 'vault', 'closed', 'memberships'].flatMap(table => ['csv', 'json'].map(format => `/tables/${table}/export?format=${format}`)),
  '/tables/documents/export?format=csv&filter=title.eq.Duel', '/tables/documents/export?format=json&q=Legend', '/api', '/api?table=documents', '/schema', '/tables/documents/structure',
]

// The screenshots of the README: flights (TENON_BENCH_FLIGHTS, or made up) and what they refer to, in the real Studio.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import * as flights from './bench/flights.mjs'
import { rest, Server, Store } from './lib/server.mjs'

const docs = path.resolve(import.meta.dirname, '../docs')
const owner = { email: 'owner@example.com', password: 'correct horse battery' }
const SCHEMA = `
create table airlines (carrier text primary key, name text not null);
create table airports (faa text primary key, name text not null, lat double precision, lon double precision, alt integer, tzone text);
create table planes (tailnum text primary key, year integer, type text, manufacturer text, model text, engines integer, seats integer);
create table weather (origin text references airports, time_hour timestamptz, temp numeric(5,2), humid numeric(5,2), wind_speed numeric(6,2), primary key (origin, time_hour));
${flights.SCHEMA}
create index on flights (dep_delay);
`
const AIRLINES = { UA: 'United Air Lines', B6: 'JetBlue Airways', EV: 'ExpressJet Airlines', DL: 'Delta Air Lines', AA: 'American Airlines', MQ: 'Envoy Air',
  US: 'US Airways', '9E': 'Endeavor Air', WN: 'Southwest Airlines', VX: 'Virgin America', FL: 'AirTran Airways', AS: 'Alaska Airlines', F9: 'Frontier Airlines',
  YV: 'Mesa Airlines', HA: 'Hawaiian Airlines', OO: 'SkyWest Airlines' }
const AIRPORTS = { EWR: 'Newark Liberty Intl', JFK: 'John F Kennedy Intl', LGA: 'La Guardia' }

const store = await Store.create('sqlite')
let server, browser
try {
  const file = (name, text) => {
    writeFileSync(path.join(store.dir, name), text)
    return path.join(store.dir, name)
  }
  await store.cli(['migrate', file('1.sql', SCHEMA)])
  const csv = process.env.TENON_BENCH_FLIGHTS ?? path.join(store.dir, 'flights.csv')
  if (!process.env.TENON_BENCH_FLIGHTS) await flights.write(csv)
  await store.cli(['import', 'flights', csv, '--null', 'NA'])
  const { secret } = await store.keys()
  server = await Server.start(store)
  const call = rest(server.url, secret)
  await call('POST', 'airlines', Object.entries(AIRLINES).map(([carrier, name]) => ({ carrier, name })))
  await call('POST', 'airports', Object.entries(AIRPORTS).map(([faa, name]) => ({ faa, name })))
  await server.stop()
  await store.cli(['migrate', file('2.sql', `
    alter table flights add constraint flights_carrier_fkey foreign key (carrier) references airlines;
    alter table flights add constraint flights_origin_fkey foreign key (origin) references airports;`)])
  await store.cli(['owner', 'add', owner.email], `${owner.password}\n`)
  server = await Server.start(store)

  const executablePath = process.env.TENON_CHROMIUM ?? '/usr/bin/chromium'
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, colorScheme: 'light', baseURL: server.url })
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password').fill(owner.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
  mkdirSync(docs, { recursive: true })
  const views = {
    grid: '/tables/flights?filter=and(origin.eq.JFK,or(dep_delay.gt.60,dep_delay.is.null))&order=dep_delay.desc.nullslast&count=exact',
    diagram: '/diagram',
  }
  for (const [name, address] of Object.entries(views)) {
    await page.goto(address)
    await page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined)
    await page.screenshot({ path: path.join(docs, `${name}.png`) })
    console.log(`docs/${name}.png`)
  }
} finally {
  await browser?.close()
  await server?.stop()
  await store.drop()
}

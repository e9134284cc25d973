import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAccount, isRoot } from './embedded/account.ts'
import { createData, emptyFolder, LOCALES } from './embedded/create.ts'
import { type Embedded, onDatabase, startEmbedded } from './embedded/index.ts'
import { runAs } from './embedded/postmaster.ts'
import { findPrograms, placePrograms, program } from './embedded/programs.ts'
import { placesOf, type Record } from './embedded/record.ts'
import { ask, newHome, removeHomes } from './embedded/testing.ts'
import { checkMachine, checkServer, requireFitServer } from './selfcheck.ts'

const home = newHome()
let server: Embedded
const clients: pg.Client[] = []

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  clients.push(client)
  return client
}

beforeAll(async () => {
  server = await startEmbedded({ home })
})

afterAll(async () => {
  for (const client of clients) await client.end()
  await server.stop()
  removeHomes([home])
})

const failed = async (client: pg.Client) =>
  (await checkServer(client)).filter(({ ok }) => !ok).map(({ check }) => check)

/** Changes settings of the running server and waits until a connection sees them. */
async function configure(
  client: pg.Client,
  settings: { [name: string]: string },
  expected: { [name: string]: string },
) {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(home, 'postgres', 'local.conf'), lines.join(''))
  await ask(server.adminUrl, 'select pg_reload_conf()')
  for (const [name, value] of Object.entries(expected)) {
    await expect.poll(async () => (await client.query(`show ${name}`)).rows[0][name]).toBe(value)
  }
}

describe('a server that may lose data', () => {
  it.for([
    ['fsync', 'database.fsync-off'],
    ['full_page_writes', 'database.page-writes-off'],
    ['synchronous_commit', 'database.commit-not-durable'],
  ])('is refused: %s', async ([name, code]) => {
    const client = await connect(server.url)
    await configure(client, { [name!]: 'off' }, { [name!]: 'off' })
    expect(await failed(client)).toEqual([name])
    await expect(requireFitServer(client)).rejects.toMatchObject({ code, values: { value: 'off' } })
    await configure(client, {}, { [name!]: 'on' })
    await requireFitServer(client)
  })

  it('is refused: data checksums, with every other reason named in one sentence', async () => {
    const bare = newHome()
    chmodSync(bare, 0o711)
    const account = isRoot() ? findAccount(bare) : null
    const data = join(bare, 'data')
    emptyFolder(data, { account })
    const programs = placePrograms(bare, account)
    const words = ['-D', data, '--no-data-checksums', '--no-sync', '--auth=trust', '--username=boss']
    execFileSync(program(programs, 'initdb'), [...words, '--encoding=UTF8', '--locale=C.UTF-8'], runAs(account))
    const options = ['-c', 'fsync=off', '-c', 'listen_addresses=', '-c', `unix_socket_directories=${data}`]
    const child = spawn(program(programs, 'postgres'), ['-D', data, ...options], { ...runAs(account), stdio: 'ignore' })
    const gone = once(child, 'exit')
    try {
      const url = `postgres://boss@localhost:5432/postgres?host=${encodeURIComponent(data)}`
      await expect.poll(() => ask(url, 'select 1 as one').catch(() => undefined), { timeout: 10_000 }).toBeDefined()
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      expect(await failed(client)).toEqual(['fsync', 'data_checksums', 'role', 'pg_trgm', 'han-trigrams'])
      await expect(requireFitServer(client)).rejects.toThrow(/power cut would destroy.*checksums are off.*superuser/)
      await client.end()
    } finally {
      child.kill('SIGINT')
      await gone
      removeHomes([bare])
    }
  })
})

describe('a database that cannot hold or find names', () => {
  it('is refused: another encoding', async () => {
    await ask(
      server.adminUrl,
      "create database bytes template template0 encoding 'SQL_ASCII' locale 'C' owner fourbeams",
    )
    const client = await connect(onDatabase(server.url, 'bytes'))
    expect(await failed(client)).toEqual(['encoding', 'pg_trgm', 'han-trigrams'])
    await expect(requireFitServer(client)).rejects.toMatchObject({ code: 'database.unfit' })
  })

  it('is refused: character classes that do not know Han', async () => {
    await ask(server.adminUrl, "create database blind template template0 encoding 'UTF8' locale 'C' owner fourbeams")
    await ask(onDatabase(server.adminUrl, 'blind'), 'create extension pg_trgm')
    const client = await connect(onDatabase(server.url, 'blind'))
    await expect(requireFitServer(client)).rejects.toMatchObject({ code: 'database.blind-trigrams' })
  })

  it('is made well on a system without the locale C.UTF-8', async () => {
    const bare = newHome()
    chmodSync(bare, 0o711)
    const account = isRoot() ? findAccount(bare) : null
    const record = { folder: bare, account, adminPassword: 'x' } as Record
    const missing = LOCALES.map((words) =>
      words.map((word) => word.replace('--locale=C.UTF-8', '--locale=zz_ZZ.UTF-8')),
    )
    await createData(bare, record, placePrograms(bare, account), missing)
    const { data } = placesOf(bare, record)
    const single = ['--single', '-D', data, 'postgres']
    const sql = "create extension pg_trgm\nselect 'classes ' || (show_trgm(U&'\\738b\\5c0f\\660e') <> '{}') as answer\n"
    const said = execFileSync(program(findPrograms(), 'postgres'), single, {
      ...runAs(account),
      input: sql,
      encoding: 'utf8',
    })
    expect(said).toContain('classes true')
    removeHomes([bare])
  })
})

describe('a role that could step over row-level security', () => {
  it.for([
    ['superuser', 'create role strong login superuser password $$p$$'],
    ['bypassrls', 'create role strong login bypassrls password $$p$$'],
    ['member', 'create role boss bypassrls; create role strong login password $$p$$ in role boss'],
  ])('is refused: %s', async ([, sql]) => {
    await ask(server.adminUrl, `drop role if exists strong; drop role if exists boss; ${sql}`)
    const client = new pg.Client({ connectionString: server.url.replace(/\/\/[^@]+@/, '//strong:p@') })
    await client.connect()
    expect(await failed(client)).toEqual(['role'])
    await client.end()
  })
})

describe('the machine', () => {
  it('is in order here, and what is not has a sentence', async () => {
    const findings = await checkMachine(home)
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'packages',
      'links',
      'postgres',
      'home',
      'secret',
      'disk',
    ])
  })

  it('reports open secrets and a port that is taken, but not by us', async () => {
    const place = newHome()
    mkdirSync(join(place, 'files'))
    for (const name of ['postgres.json', 'identity.key']) {
      writeFileSync(join(place, name), '{}')
      chmodSync(join(place, name), 0o644)
    }
    let answer = '{}'
    const web = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
    await once(web, 'listening')
    const { port } = web.address() as AddressInfo
    const bad = (await checkMachine(place, { port }))
      .filter(({ ok }) => !ok)
      .map(({ check, sentence }) => [check, sentence.code])
    expect(bad).toEqual([
      ['secret', 'machine.file-open'],
      ['secret', 'machine.file-open'],
      ['port', 'machine.port-taken'],
    ])
    answer = '{"status":"ok","pack":"x"}'
    expect((await checkMachine(place, { port })).at(-1)).toMatchObject({ check: 'port', ok: true })
    web.close()
    chmodSync(join(place, 'postgres.json'), 0o600)
    writeFileSync(join(place, 'postgres.json'), '')
    const { rmSync } = await import('node:fs')
    rmSync(place, { recursive: true })
  })
})

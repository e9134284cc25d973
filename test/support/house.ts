import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import { placesFile, placeTagsFile } from '../../nation/places.ts'
import { buildHttp } from '../../src/app/http.ts'
import { type House, openHouse, root } from '../../src/app/open.ts'
import { addUser, operatorActor } from '../../src/app/operator.ts'
import { importPlaces, importPlaceTags } from '../../src/beams/register/index.ts'
import { onDatabase } from '../../src/platform/db/embedded/index.ts'
import { TEMPLATE } from './global-setup.ts'

/** The day on which tests happen. */
export const TODAY = new Date('2031-11-20T04:00:00Z')

export const PASSWORD = 'a long test password'

export type TestHouse = House & {
  readonly http: FastifyInstance
  readonly databaseUrl: string
  readonly adminUrl: string
  /** Sets the clock that the house reads. */
  setClock(now: Date): void
  /** Makes an account with a post and signs it in. */
  person(role: string, place: string, login?: string): Promise<Person>
}

/** Somebody signed in: requests carry the session and the page token. */
export type Person = {
  readonly login: string
  readonly cookie: string
  readonly pageToken: string
  get(url: string): Promise<Answer>
  send(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<Answer>
  upload(url: string, fileName: string, content: Buffer | string): Promise<Answer>
}

export type Answer = {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
  readonly body: any
  readonly raw: Buffer
  readonly headers: Record<string, unknown>
}

/**
 * Opens a house of its own for a test file: a database from the template, a data folder, an invented country.
 * Close it in afterAll.
 */
export async function openTestHouse(options: { pack?: string; places?: boolean } = {}): Promise<TestHouse> {
  const { pack = 'riverland', places = true } = options
  const name = `test_${randomBytes(6).toString('hex')}`
  const adminUrl = inject('adminUrl')
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create database ${name} template ${TEMPLATE} owner fourbeams`)
  await admin.end()
  const home = await mkdtemp(join(tmpdir(), 'fourbeams-home-'))
  const databaseUrl = onDatabase(inject('databaseUrl'), name)
  let now = TODAY
  const house = await openHouse({
    home,
    databaseUrl,
    pack: join(root, 'policies', pack),
    now: () => now,
    log: () => {},
  })
  if (places) await loadPlaces(house, home)
  const http = await buildHttp(house, { requestsPerMinute: 1_000_000, web: join(home, 'no-pages') })
  return {
    ...house,
    http,
    databaseUrl,
    adminUrl: onDatabase(adminUrl, name),
    setClock: (time) => {
      now = time
    },
    async person(role, place, login = `${role}-${place}`.toLowerCase()) {
      const { register } = house
      await addUser(
        { db: house.db, pack: house.pack, now: () => now, ids: register.ids, chainOf: register.chainOf },
        { login, name: login, password: PASSWORD, role, place },
      )
      return signIn(http, login)
    },
    async close() {
      await http.close()
      await house.close()
      const cleaner = new pg.Client({ connectionString: adminUrl })
      await cleaner.connect()
      await cleaner.query(`drop database ${name} with (force)`)
      await cleaner.end()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function loadPlaces(house: House, home: string): Promise<void> {
  const { db, pack, register } = house
  const actor = operatorActor(house.settings.now())
  const parts = { pack, keysOf: register.keysOf, chainOf: register.chainOf, actor, from: '1900-01-01' }
  await importPlaces(db, parts, await placesFile(pack, home))
  await importPlaceTags(db, parts, await placeTagsFile(pack, home))
}

/** Signs an account in and returns what it can do. */
export async function signIn(http: FastifyInstance, login: string, password = PASSWORD): Promise<Person> {
  const answer = await http.inject({ method: 'POST', url: '/api/session', payload: { login, password } })
  if (answer.statusCode !== 200) throw new Error(`sign-in of ${login}: ${answer.body}`)
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!
  const { pageToken } = answer.json() as { pageToken: string }
  return personWith(http, { login, cookie, pageToken })
}

/** Somebody whose session is open already. */
export function personWith(
  http: FastifyInstance,
  { login, cookie, pageToken }: Pick<Person, 'login' | 'cookie' | 'pageToken'>,
): Person {
  const headers = { cookie, 'x-page-token': pageToken, 'x-language': 'en' }
  const read = (reply: Awaited<ReturnType<FastifyInstance['inject']>>): Answer => ({
    status: reply.statusCode,
    headers: reply.headers,
    raw: reply.rawPayload,
    body: /json/.test(String(reply.headers['content-type'])) ? reply.json() : reply.body,
  })
  return {
    login,
    cookie,
    pageToken,
    get: async (url) => read(await http.inject({ method: 'GET', url, headers })),
    send: async (method, url, body) =>
      read(await http.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body as object }) })),
    async upload(url, fileName, content) {
      const boundary = 'fourbeams-test-boundary'
      const payload = Buffer.concat([
        Buffer.from(
          `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
        ),
        Buffer.from(content),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ])
      return read(
        await http.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
          payload,
        }),
      )
    },
  }
}

import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../../../kernel/problem.ts'
import { type Account, findAccount, isRoot, requireOwnName } from './account.ts'
import { createData, dataExists, emptyFolder, furnish } from './create.ts'
import { underLock } from './lock.ts'
import { launch, postmasterOf, shutDown, untilAnswer } from './postmaster.ts'
import { findPrograms, placePrograms } from './programs.ts'
import { newPassword, placesOf, type Record, readRecord, urlOf, writeRecord } from './record.ts'
import { chooseFolder, freePort, isFree, makeHome, takesSockets } from './rooms.ts'
import { writeSettings } from './settings.ts'
import { enter, leave } from './users.ts'

export { isRoot } from './account.ts'

/** How long one process waits for another that is starting or stopping the same server, in ms. */
const LOCK_PATIENCE = 150_000
/** How long a living server may stay silent, for instance while it recovers, in ms. */
const ANSWER_PATIENCE = 120_000
/** How long the lock of a server that was killed may linger, in ms. */
const STALE_PATIENCE = 20_000

/** A running server of our own. */
export type Embedded = {
  /** The database for the role that owns it: neither superuser nor able to bypass row-level security. */
  readonly url: string
  /** The same database for the superuser: for tests and repairs. */
  readonly adminUrl: string
  /** True when the server was running already. */
  readonly adopted: boolean
  /**
   * Ends this use of the server. The server itself stops with its last user, so a command that found it running leaves
   * it alone, and one that started it for itself stops it. Safe to call twice.
   */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL for a data folder, or adopts the one that runs there already; makes role, database and extension at
 * the first start. Several processes may call this at the same time.
 * @param options.home the data folder; made when missing
 * @param options.log receives a line for what takes long or deserves notice
 * @throws Problem `database.*`, `machine.home-not-writable`
 */
export async function startEmbedded(options: { home: string; log?: (line: string) => void }): Promise<Embedded> {
  const home = resolve(options.home)
  const say = options.log ?? (() => {})
  makeHome(home)
  const token = randomUUID()
  const { record, adopted } = await underLock(lockPath(home), LOCK_PATIENCE, async () => {
    const begun = readRecord(home)
    const record = begun?.ready ? unlessLost(home, begun) : await begin(home, begun, say)
    const adopted = await adopt(home, record)
    const done = adopted ? await finish(home, record) : await startOrLeaveNone(home, record, say)
    if (JSON.stringify(done) !== JSON.stringify(begun)) writeRecord(home, done)
    enter(home, token)
    return { record: done, adopted }
  })
  let stopping: Promise<void> | undefined
  return {
    url: urlOf(home, record, 'owner'),
    adminUrl: urlOf(home, record, 'admin'),
    adopted,
    stop: () => {
      stopping ??= stop(home, record, token)
      return stopping
    },
  }
}

const lockPath = (home: string) => join(home, 'postgres.lock')

/** The address of another database of a started server, for instance one for each test file. */
export function onDatabase(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

/** The record of a first start; one that was cut off begins again, with nothing lost because nothing was there. */
async function begin(home: string, cut: Record | undefined, say: (line: string) => void): Promise<Record> {
  if (cut && dataExists(placesOf(home, cut).data)) return cut
  say('Making the database. This happens once.')
  if (!isRoot()) requireOwnName()
  const account = isRoot() ? findAccount(home) : null
  const folder = chooseFolder(home, account, say)
  const { run, data } = placesOf(home, { folder })
  if (dataExists(data)) throw new Problem('database.record-damaged', { path: data })
  emptyFolder(run, { account })
  const socket = await takesSockets(run)
  const record: Record = {
    format: 1,
    folder,
    account,
    socket,
    port: socket ? 5432 : await freePort(),
    adminPassword: newPassword(),
    ownerPassword: newPassword(),
    ready: false,
  }
  writeRecord(home, record)
  await createData(home, record, placePrograms(placesOf(home, record).folder, account))
  return record
}

/** Data that was complete once and is gone must not be replaced by an empty database. */
function unlessLost(home: string, record: Record): Record {
  const { data } = placesOf(home, record)
  if (!dataExists(data)) throw new Problem('database.data-missing', { path: data })
  return record
}

async function adopt(home: string, record: Record): Promise<boolean> {
  if (postmasterOf(placesOf(home, record).data) === undefined) return false
  return untilAnswer(home, record, ANSWER_PATIENCE)
}

async function finish(home: string, record: Record): Promise<Record> {
  if (!record.ready) await furnish(home, record)
  return { ...record, ready: true }
}

/** A server that cannot be used, for instance because it refuses our password, is not left running. */
async function startOrLeaveNone(home: string, record: Record, say: (line: string) => void): Promise<Record> {
  try {
    return await finish(home, await start(home, record, say))
  } catch (error) {
    await shutDown(placesOf(home, record).data, findPrograms)
    throw error
  }
}

async function start(home: string, given: Record, say: (line: string) => void): Promise<Record> {
  let record = given
  const { folder, run, data } = placesOf(home, record)
  const account = runner(record, data)
  const programs = placePrograms(folder, account)
  const end = Date.now() + STALE_PATIENCE
  // Looked at before we connect there, so that whoever took the port meanwhile never hears our password.
  const port = async () => (record.socket || (await isFree(record.port)) ? record.port : await freePort())
  for (let told = false; ; ) {
    record = { ...record, port: await port() }
    emptyFolder(run, { account })
    writeSettings(home, record)
    const how = await launch(home, { ...record, account }, programs, say)
    if (how === 'ready') return record
    if (Date.now() > end) throw new Problem('database.still-locked', { path: join(data, 'postmaster.pid') })
    if (how === 'still locked') {
      if (!told) say('The database was killed a moment ago; waiting until the system has released it.')
      told = true
      await pause(100)
      postmasterOf(data)
    }
  }
}

/** As root, the owner of the data, whoever made it; else ourselves. */
function runner(record: Record, data: string): Account | null {
  if (!isRoot()) return null
  const { uid, gid } = statSync(data)
  if (record.account?.uid === uid) return record.account
  return { name: String(uid), uid, gid }
}

async function stop(home: string, record: Record, token: string): Promise<void> {
  await underLock(lockPath(home), LOCK_PATIENCE, async () => {
    if (leave(home, token) === 0) await shutDown(placesOf(home, record).data, findPrograms)
  })
}

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { checkServer } from '../selfcheck.ts'
import { startEmbedded } from './index.ts'
import { markOf } from './process-mark.ts'
import { placesOf, readRecord, recordPath, writeRecord } from './record.ts'
import { ask, killServer, newHome, type Other, removeHomes, serverRuns, startOther } from './testing.ts'

const root = process.getuid?.() === 0
const homes: string[] = []
const others: Other[] = []

function home(): string {
  const path = newHome()
  homes.push(path)
  return path
}

async function other(...words: Parameters<typeof startOther>): Promise<Other> {
  const started = await startOther(...words)
  others.push(started)
  return started
}

afterEach(async () => {
  for (const { child, stop } of others.splice(0)) if (child.exitCode === null && child.signalCode === null) await stop()
})

afterAll(() => {
  for (const path of homes) if (serverRuns(path)) killServer(path)
  removeHomes(homes)
})

/** A home whose database was made before and is not running; shared, since making one takes the longest. */
async function settled(): Promise<string> {
  shared ??= home()
  if (!readRecord(shared)) await (await startEmbedded({ home: shared })).stop()
  return shared
}

let shared: string | undefined

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

async function neverReplaced(place: string): Promise<void> {
  const passwords = readFileSync(recordPath(place), 'utf8')
  rmSync(recordPath(place))
  await expect(startEmbedded({ home: place })).rejects.toMatchObject({ code: 'database.record-damaged' })
  writeFileSync(recordPath(place), passwords.slice(0, 40), { mode: 0o600 })
  await expect(startEmbedded({ home: place })).rejects.toMatchObject({ code: 'database.record-damaged' })
  writeFileSync(recordPath(place), passwords)
  writeRecord(place, { ...readRecord(place)!, adminPassword: 'of-another-backup' })
  await expect(startEmbedded({ home: place })).rejects.toMatchObject({ code: 'database.password-refused' })
  expect(serverRuns(place)).toBe(false)
  writeFileSync(recordPath(place), passwords)
  rmSync(placesOf(place, readRecord(place)!).data, { recursive: true })
  await expect(startEmbedded({ home: place })).rejects.toMatchObject({ code: 'database.data-missing' })
}

describe('one process', () => {
  it('starts, keeps data over a restart, and hides what is secret', async () => {
    const place = home()
    const times: number[] = []
    for (const found of [[], [{ n: 1 }]]) {
      const begin = performance.now()
      const server = await startEmbedded({ home: place })
      times.push(performance.now() - begin)
      expect(server.adopted).toBe(false)
      await ask(server.url, 'create table if not exists kept (n int)')
      expect(await ask(server.url, 'select n from kept')).toEqual(found)
      await ask(server.url, 'insert into kept values (1)')
      expect(await ask(server.url, 'select current_user::text as role')).toEqual([{ role: 'fourbeams' }])
      await expect(ask(server.url.replace(/:[^:@/]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password')
      const findings = await checkServer(await pool(server.url))
      expect(findings.filter(({ ok }) => !ok)).toEqual([])
      expect(findings).toHaveLength(9)
      const stop = performance.now()
      await Promise.all([server.stop(), server.stop()])
      times.push(performance.now() - stop)
      expect(serverRuns(place)).toBe(false)
    }
    expect(modeOf(recordPath(place))).toBe('600')
    expect(modeOf(join(place, 'postgres', 'data'))).toBe('700')
    expect(modeOf(join(place, 'postgres', 'run'))).toBe('700')
    expect(readFileSync(join(place, 'postgres', 'server.log'), 'utf8')).not.toContain('insert into')
    console.log(`start, stop, start, stop: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`)
    expect(times[2]).toBeLessThan(5_000)
  })

  it('listens on the loopback only where a socket cannot stand, and finds another port when its own is taken', async () => {
    const short = home()
    const place = join(short, 'a-long-name-'.repeat(10))
    mkdirSync(place)
    if (root) chmodSync(short, 0o711)
    const first = await startEmbedded({ home: place })
    const { port } = new URL(first.url)
    expect(new URL(first.url).hostname).toBe('127.0.0.1')
    expect(await ask(first.adminUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect(await ask(first.adminUrl, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
    await first.stop()
    const thief = createServer().listen(Number(port), '127.0.0.1')
    await new Promise((resolve) => thief.once('listening', resolve))
    const second = await startEmbedded({ home: place })
    thief.close()
    expect(new URL(second.url).port).not.toBe(port)
    expect(readRecord(place)?.port).toBe(Number(new URL(second.url).port))
    await second.stop()
  })

  it('begins again after a first start that was cut off, but never replaces lost data or passwords', async () => {
    const place = home()
    await (await startEmbedded({ home: place })).stop()
    const { folder, data } = placesOf(place, readRecord(place)!)
    writeRecord(place, { ...readRecord(place)!, ready: false })
    rmSync(data, { recursive: true })
    mkdirSync(join(folder, 'draft'))
    writeFileSync(join(folder, 'draft', 'half'), '')
    const again = await startEmbedded({ home: place })
    expect(await ask(again.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await again.stop()
    expect(existsSync(join(folder, 'draft'))).toBe(false)
    await neverReplaced(place)
  })

  it('says why a server does not start', async () => {
    const place = await settled()
    writeFileSync(join(place, 'postgres', 'local.conf'), "shared_buffers = 'much'\n")
    chmodSync(join(place, 'postgres', 'local.conf'), 0o644)
    await expect(startEmbedded({ home: place })).rejects.toMatchObject({ code: 'database.start-failed' })
    expect(existsSync(join(place, 'postgres.lock'))).toBe(false)
    writeFileSync(join(place, 'postgres', 'local.conf'), '')
  })
})

describe('several processes', () => {
  it('make one database when they start at once, and the last one to leave stops it', async () => {
    const place = home()
    const [a, b] = await Promise.all([other(place), other(place)])
    expect([a.adopted, b.adopted].sort()).toEqual([false, true])
    expect([...a.lines, ...b.lines].filter((line) => line.startsWith('Making'))).toHaveLength(1)
    // The one that started it leaves first: the other takes over.
    const [starter, guest] = a.adopted ? [b, a] : [a, b]
    await starter.stop()
    expect(serverRuns(place)).toBe(true)
    // A short visit does not end it.
    const visit = await startEmbedded({ home: place })
    expect(visit.adopted).toBe(true)
    await visit.stop()
    expect(await ask(guest.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await guest.stop()
    expect(serverRuns(place)).toBe(false)
  })

  it('adopt a server whose process was killed, and stop it', async () => {
    const place = await settled()
    const dead = await other(place)
    await dead.kill()
    expect(serverRuns(place)).toBe(true)
    const server = await startEmbedded({ home: place })
    expect(server.adopted).toBe(true)
    expect(server.url).toBe(dead.url)
    await server.stop()
    expect(serverRuns(place)).toBe(false)
  })

  it('keep every committed row when everything is killed', async () => {
    const place = await settled()
    let rows = 0
    for (let round = 0; round < 2; round += 1) {
      const victim = await other(place)
      expect(victim.adopted).toBe(false)
      await ask(victim.url, 'create table if not exists kept (n int)')
      expect(await ask(victim.url, 'select count(*)::int as n from kept')).toEqual([{ n: rows }])
      for (let n = 0; n < 20; n += 1) await ask(victim.url, `insert into kept values (${n})`)
      rows += 20
      killServer(place)
      await victim.kill()
    }
    const server = await startEmbedded({ home: place })
    expect(await ask(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: rows }])
    await server.stop()
  })

  it('see through the marks of dead processes whose numbers were given away', async () => {
    const place = await settled()
    const me = markOf(process.pid)!
    const past = JSON.stringify({ ...me, started: `${me.started}0` })
    const { data } = placesOf(place, readRecord(place)!)
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n5432\n\n\n`)
    writeFileSync(join(place, 'postgres.lock'), past)
    writeFileSync(join(place, 'postgres.users.json'), `[${past}]`)
    const server = await startEmbedded({ home: place })
    expect(server.adopted).toBe(false)
    await server.stop()
    expect(serverRuns(place)).toBe(false)
  })
})

describe('surroundings', () => {
  it.for([
    { LANG: 'zz_ZZ.nonsense', LC_ALL: 'xx' },
    { LANG: undefined, LC_ALL: undefined },
  ])('stores Chinese names under the locale %o and umask 077', async (env) => {
    const started = await other(home(), { env: { ...env, TRIAL_UMASK: '63', PGDATA: '/nowhere', PGPORT: '1' } })
    const findings = await checkServer(await pool(started.url))
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
  })

  it.skipIf(!root)('runs for an ordinary user (needs root, to become one)', async () => {
    const place = home()
    chmodSync(place, 0o777)
    const own = join(place, 'own')
    const started = await other(own, {
      uid: 65_534,
      gid: 65_534,
      env: { HOME: '/nonexistent', LANG: 'C', LC_ALL: 'C' },
    })
    homes.unshift(own)
    expect(statSync(placesOf(own, { folder: 'postgres' }).data).uid).toBe(65_534)
    expect(modeOf(own)).toBe('700')
    await started.stop()
    // Root starts the same data as its owner, and leaves nothing behind that the owner cannot read.
    const server = await startEmbedded({ home: own })
    await server.stop()
    for (const name of ['postgres.json', 'postgres.users.json']) expect(statSync(join(own, name)).uid).toBe(65_534)
    const back = await other(own, { uid: 65_534, gid: 65_534 })
    expect(back.adopted).toBe(false)
  })

  it.skipIf(!root)('refuses an ordinary user without a name in a sentence (needs root, to become one)', async () => {
    const place = home()
    chmodSync(place, 0o777)
    await expect(startOther(join(place, 'own'), { uid: 54_321, gid: 54_321 })).rejects.toThrow('database.no-account')
  })

  it.skipIf(!root)('keeps data elsewhere when the account cannot reach home (needs root)', async () => {
    const closed = home()
    const place = join(closed, 'home')
    const said: string[] = []
    const server = await startEmbedded({ home: place, log: (line) => said.push(line) })
    homes.unshift(place)
    expect(modeOf(closed)).toBe('700')
    const { folder } = readRecord(place)!
    expect(folder.startsWith('/')).toBe(true)
    expect(said.join()).toContain(folder)
    expect(readFileSync(join(place, 'WHERE-THE-DATABASE-IS.txt'), 'utf8')).toContain(folder)
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })
})

const pools: { end(): Promise<void> }[] = []

async function pool(url: string) {
  const { default: pg } = await import('pg')
  const made = new pg.Pool({ connectionString: url, max: 1 })
  made.on('error', () => {})
  pools.push(made)
  return made
}

afterEach(async () => {
  for (const made of pools.splice(0)) await made.end()
})

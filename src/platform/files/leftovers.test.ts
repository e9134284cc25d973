import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { removeLeftovers } from './leftovers.ts'
import { throughFile } from './outgoing.ts'
import { getFile, storeFile } from './store.ts'

const home = mkdtempSync(join(tmpdir(), 'fourbeams-leftovers-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const now = new Date('2031-05-06T08:00:00Z')
const put = (path: string, minutesAgo: number) => {
  mkdirSync(join(home, path, '..'), { recursive: true })
  writeFileSync(join(home, path), 'names and numbers')
  const touched = new Date(now.getTime() - minutesAgo * 60_000)
  utimesSync(join(home, path), touched, touched)
}

describe('what killed processes leave', () => {
  it('is removed once nobody has touched it for a quarter of an hour', async () => {
    put('files/incoming-0a', 16)
    put('files/incoming-0b', 14)
    put('outgoing/export-1', 16)
    put('outgoing/export-2', 14)
    expect(await removeLeftovers(home, now)).toBe(2)
    expect(existsSync(join(home, 'files/incoming-0b'))).toBe(true)
    expect(readdirSync(join(home, 'outgoing'))).toEqual(['export-2'])
    expect(await removeLeftovers(home, new Date(now.getTime() + 2 * 60_000))).toBe(2)
    expect(readdirSync(join(home, 'outgoing'))).toEqual([])
  })

  it('is told from files that are kept, however old they are', async () => {
    const { sha256, path } = await storeFile(home, Readable.from([Buffer.from('kept')]), { limitBytes: 100 })
    utimesSync(path, new Date(0), new Date(0))
    expect(await removeLeftovers(home, now)).toBe(0)
    expect((await getFile(home, sha256)).path).toBe(path)
  })

  it('is what these very writers leave: their unfinished files are found where they are made', async () => {
    const later = new Date(Date.now() + 3_600_000)
    const found: number[] = []
    const source = (async function* () {
      yield Buffer.from('half')
      found.push(await removeLeftovers(home, later))
      throw new Error('broken off')
    })()
    await expect(storeFile(home, source, { limitBytes: 100 })).rejects.toThrow('broken off')
    await throughFile(home, 'request-1', async (path) => {
      writeFileSync(path, 'rows')
      found.push(await removeLeftovers(home, later))
      writeFileSync(path, 'rows')
    })
    expect(found).toEqual([1, 1])
  })

  it('is nothing in a folder that was never used', async () => {
    expect(await removeLeftovers(join(home, 'nowhere'), now)).toBe(0)
  })
})

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { getFile, openFile, removeFile, safeFileName, storeFile } from './store.ts'

const home = mkdtempSync(join(tmpdir(), 'fourbeams-store-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const store = (content: string, limitBytes = 1000) =>
  storeFile(home, Readable.from([Buffer.from(content)]), { limitBytes })
const kept = () =>
  readdirSync(join(home, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

describe('the store of files', () => {
  it('keeps a file under the name of its content, once, for nobody else to read', async () => {
    const stored = await store('hello')
    const sha256 = createHash('sha256').update('hello').digest('hex')
    expect(stored).toEqual({ sha256, bytes: 5, path: join(home, 'files', sha256.slice(0, 2), sha256.slice(2)) })
    expect(readFileSync(stored.path, 'utf8')).toBe('hello')
    expect(await store('hello')).toEqual(stored)
    expect(kept().length).toBe(1)
    expect(await getFile(home, sha256)).toEqual(stored)
    if (process.platform !== 'win32') expect(statSync(stored.path).mode & 0o777).toBe(0o600)
    const pieces: Buffer[] = []
    for await (const piece of await openFile(home, sha256)) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe('hello')
  })

  it('refuses what is over the limit by one byte, stops reading, and leaves nothing over', async () => {
    const before = kept().length
    let asked = 0
    const endless = (async function* () {
      for (;;) {
        asked++
        yield Buffer.alloc(1000)
      }
    })()
    await expect(storeFile(home, endless, { limitBytes: 1024 * 1024 })).rejects.toMatchObject({
      code: 'request.too-large',
      values: { limit: '1 MiB' },
    })
    expect(asked).toBe(1049)
    await expect(store('x'.repeat(1001))).rejects.toMatchObject({ code: 'request.too-large' })
    expect((await store('x'.repeat(1000))).bytes).toBe(1000)
    expect(kept().length).toBe(before + 1)
  })

  it('leaves nothing over when the sender breaks off', async () => {
    const before = kept().length
    const broken = (async function* () {
      yield Buffer.from('begin')
      throw new Error('connection lost')
    })()
    await expect(storeFile(home, broken, { limitBytes: 1000 })).rejects.toThrow('connection lost')
    expect(kept().length).toBe(before)
  })

  it('keeps files that come at the same time apart', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, (_, i) => store(`file ${i % 10}`)))
    expect(new Set(stored.map(({ sha256 }) => sha256)).size).toBe(10)
    for (const [i, { path }] of stored.entries()) expect(readFileSync(path, 'utf8')).toBe(`file ${i % 10}`)
  })

  it('finds only names of its own making', async () => {
    for (const name of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, 'a'.repeat(64)]) {
      await expect(getFile(home, name)).rejects.toMatchObject({ code: 'request.not-found' })
    }
    await expect(removeFile(home, '../x')).rejects.toMatchObject({ code: 'request.not-found' })
  })

  it('removes files', async () => {
    const { sha256, path } = await store('to be removed')
    await removeFile(home, sha256)
    await removeFile(home, sha256)
    expect(existsSync(path)).toBe(false)
  })
})

describe('the name of a file', () => {
  it.each([
    ['贫困户名单 2016.xlsx', '贫困户名单 2016.xlsx'],
    ['C:\\Users\\li\\a.csv', 'a.csv'],
    ['../../etc/passwd', 'passwd'],
    ['a\r\nSet-Cookie: x.csv', 'aSet-Cookie x.csv'],
    ['exe.\u202exslx.exe', 'exe.xslx.exe'],
    ['.hidden', 'hidden'],
    ['"quoted".csv', 'quoted.csv'],
    ['..', 'file'],
    ['', 'file'],
    ['\ud800.csv', '\ufffd.csv'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })

  it('keeps its ending when it is long, and whole characters', () => {
    const safe = safeFileName(`${'𠮷'.repeat(300)}.xlsx`)
    expect([...safe].length).toBe(120)
    expect(safe).toMatch(/^𠮷+\.xlsx$/u)
  })
})

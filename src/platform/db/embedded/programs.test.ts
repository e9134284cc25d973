import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findAccount } from './account.ts'
import { runAs } from './postmaster.ts'
import { findPrograms, missingLinks, type Programs, placePrograms, program } from './programs.ts'
import { newHome } from './testing.ts'

const root = process.getuid?.() === 0
const folders: string[] = []

afterAll(() => {
  for (const folder of folders) {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true })
  }
})

function folder(): string {
  const path = newHome()
  folders.push(path)
  return path
}

/** The package as npm leaves it when install scripts do not run: without links, and maybe closed by a umask. */
function unscripted(within: string): Programs {
  const found = findPrograms()
  const copy = { root: join(within, 'native'), version: found.version }
  const keep = (path: string) => !lstatSync(path).isSymbolicLink() && !path.endsWith('.a') && !/icudata/.test(path)
  cpSync(found.root, copy.root, { recursive: true, filter: keep })
  // The largest library is only pointed at: 27 MB less to copy.
  for (const name of readdirSync(join(found.root, 'lib')).filter((name) => /icudata/.test(name))) {
    const from = join(found.root, 'lib', name)
    if (!lstatSync(from).isSymbolicLink()) cpSync(from, join(copy.root, 'lib', name))
  }
  return copy
}

const versionOf = (programs: Programs, as = {}) =>
  execFileSync(program(programs, 'postgres'), ['--version'], { encoding: 'utf8', ...as })

describe.skipIf(process.platform === 'win32')('programs of PostgreSQL', () => {
  it('get their library links in place when the install script did not run', () => {
    const place = folder()
    const bare = unscripted(place)
    const gaps = missingLinks(bare.root)
    expect(gaps.length).toBeGreaterThanOrEqual(10)
    expect(() => versionOf(bare, { stdio: 'pipe' })).toThrow('shared libraries')
    chmodSync(program(bare, 'postgres'), 0o644)
    expect(placePrograms(place, null, bare)).toEqual(bare)
    expect(missingLinks(bare.root)).toEqual([])
    expect(versionOf(bare)).toContain('PostgreSQL')
  })

  it.skipIf(!root)('are copied where the account of the server reaches them (needs root)', () => {
    const [closed, open] = [folder(), folder()]
    chmodSync(open, 0o711)
    mkdirSync(join(open, 'programs-0.0.1'))
    const bare = unscripted(closed)
    const account = findAccount(open)
    expect(() => versionOf(bare, runAs(account))).toThrow('EACCES')
    const placed = placePrograms(open, account, bare)
    expect(placed.root.startsWith(open)).toBe(true)
    expect(versionOf(placed, runAs(account))).toContain('PostgreSQL')
    expect(missingLinks(placed.root)).toEqual([])
    // The person's own folder is as it was, and the copy of the earlier version is gone.
    expect(statSync(closed).mode & 0o777).toBe(0o700)
    expect(readdirSync(open)).toEqual([`programs-${bare.version}`])
    expect(placePrograms(open, account, bare)).toEqual(placed)
  })
})

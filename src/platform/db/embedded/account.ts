import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { Problem } from '../../../kernel/problem.ts'

/** The system account that a server runs under when we ourselves are root, which PostgreSQL refuses to be. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

/** True for the superuser of a Unix system. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * Finds an account for the server, or makes one: the owner of the data folder, `fourbeams`, `postgres`, a new
 * `fourbeams`, at last `nobody`. Only called as root.
 * @param home the data folder, whose owner is preferred because he reaches it for certain
 * @throws Problem `database.no-account`
 */
export function findAccount(home: string): Account {
  const owner = statSync(home).uid
  const found =
    (owner !== 0 && named(nameOf(owner))) ||
    named('fourbeams') ||
    named('postgres') ||
    make('fourbeams') ||
    named('nobody')
  if (!found) throw new Problem('database.no-account', { user: 'root' })
  return found
}

/**
 * initdb looks up the name of whoever runs it and fails without one, as in containers with an arbitrary user number.
 * @throws Problem `database.no-account`
 */
export function requireOwnName(): void {
  try {
    userInfo()
  } catch {
    throw new Problem('database.no-account', { user: String(process.getuid?.()) })
  }
}

function named(name: string | undefined): Account | undefined {
  if (!name) return undefined
  const uid = Number(ask('id', ['-u', name]))
  const gid = Number(ask('id', ['-g', name]))
  return uid > 0 && gid >= 0 ? { name, uid, gid } : undefined
}

function nameOf(uid: number): string | undefined {
  return ask('id', ['-un', String(uid)])
}

function make(name: string): Account | undefined {
  const shell = '/usr/sbin/nologin'
  const made =
    ask('useradd', ['--system', '--user-group', '--no-create-home', '--shell', shell, name]) ??
    ask('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', name])
  return made === undefined ? undefined : named(name)
}

function ask(command: string, words: string[]): string | undefined {
  try {
    const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`
    const env = { ...process.env, PATH: path }
    return execFileSync(command, words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

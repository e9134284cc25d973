import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { findPrograms, missingLinks, program } from './embedded/programs.ts'
import { recordPath } from './embedded/record.ts'
import { isFree } from './embedded/rooms.ts'
import { type Finding, finding } from './finding.ts'

/** Below this much free space, in MB, an import of a province may fill the disk. */
const WANTED_MB = 2_000

/** Packages without which nothing runs; one of each kind, plain and with binaries. */
const PACKAGES = ['pg', 'fastify', 'zod', '@duckdb/node-api', '@node-rs/argon2']

/**
 * Checks the machine: Node, packages, the binaries of PostgreSQL, the data folder, the secrets in it, disk and port.
 * @param home the data folder; it need not exist yet
 * @param options.port the port the web server would open; free, or answering as Fourbeams, is in order
 * @param options.external true when DATABASE_URL replaces our own PostgreSQL, whose binaries then do not matter
 */
export async function checkMachine(
  home: string,
  options: { port?: number; external?: boolean } = {},
): Promise<Finding[]> {
  return [
    finding('node', Number(process.versions.node.split('.')[0]) >= 24, process.versions.node, 'machine.old-node'),
    packages(),
    ...(options.external ? [] : await programs()),
    writable(home),
    ...secrets(home),
    disk(home),
    ...(options.port === undefined ? [] : [await port(options.port)]),
  ]
}

function packages(): Finding {
  const { resolve: find } = createRequire(import.meta.url)
  const missing = PACKAGES.find((name) => {
    try {
      find(name)
      return false
    } catch {
      return true
    }
  })
  return finding('packages', missing === undefined, PACKAGES.join(', '), 'machine.package-missing', { name: missing })
}

async function programs(): Promise<Finding[]> {
  let found: ReturnType<typeof findPrograms>
  try {
    found = findPrograms()
  } catch (error) {
    const { values } = error as { values: object }
    return [finding('postgres', false, '', 'database.no-programs', values)]
  }
  const gaps = missingLinks(found.root)
  const path = program(found, 'postgres')
  const { ok, said } = await versionOf(path)
  return [
    finding('links', gaps.length === 0, found.root, 'machine.links-missing', {
      count: gaps.length,
      path: gaps[0]?.link,
    }),
    finding('postgres', ok, said, 'database.not-runnable', { path, detail: said }),
  ]
}

function versionOf(path: string): Promise<{ ok: boolean; said: string }> {
  return new Promise((done) => {
    execFile(path, ['--version'], { timeout: 10_000, windowsHide: true }, (error, stdout, stderr) => {
      done({ ok: !error, said: error ? stderr.trim() || error.message : stdout.trim() })
    })
  })
}

/** The folder itself, or the nearest one above it that exists. */
function nearest(home: string): string {
  let place = resolve(home)
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  return place
}

function writable(home: string): Finding {
  try {
    accessSync(nearest(home), constants.W_OK | constants.X_OK)
    return finding('home', true, home, 'machine.home-not-writable')
  } catch (error) {
    return finding('home', false, home, 'machine.home-not-writable', { path: home, detail: (error as Error).message })
  }
}

/** The passwords and every key in the data folder, each of which only its owner may read. */
function secrets(home: string): Finding[] {
  if (process.platform === 'win32' || !existsSync(home)) return []
  const keys = readdirSync(home).filter((name) => /key/i.test(name) && !name.endsWith('.pub'))
  const paths = [recordPath(home), ...keys.map((name) => join(home, name))].filter((path) => existsSync(path))
  return paths.map((path) => {
    const mode = (statSync(path).mode & 0o777).toString(8).padStart(3, '0')
    return finding('secret', /^.00$/.test(mode), path, 'machine.file-open', { path, mode })
  })
}

function disk(home: string): Finding {
  const path = nearest(home)
  const { bavail, bsize } = statfsSync(path)
  const free = Math.floor((bavail * bsize) / 1024 / 1024)
  return finding('disk', free >= WANTED_MB, `${free} MB`, 'machine.disk-short', { path, free, needed: WANTED_MB })
}

async function port(number: number): Promise<Finding> {
  const ok = (await isFree(number)) || (await isOurs(number))
  return finding('port', ok, String(number), 'machine.port-taken', { port: number })
}

async function isOurs(number: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${number}/api/health`, { signal: AbortSignal.timeout(2_000) })
    return 'pack' in ((await answer.json()) as object)
  } catch {
    return false
  }
}

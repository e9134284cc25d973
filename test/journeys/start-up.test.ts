import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'

const house = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fb-start-'))
const npm = join(folder, 'npm-cli.js')
const calls = join(folder, 'calls')

/** Stands in for npm: notes how it was called, prints, and installs what package-lock.json says unless told to fail. */
const FAKE_NPM = `
import fs from 'node:fs'
fs.appendFileSync(${JSON.stringify(calls)}, process.argv[2] + '\\n')
console.log('npm talks')
if ((process.env.NPM_FAILS || '').split(',').includes(process.argv[2])) process.exit(1)
fs.mkdirSync('node_modules', { recursive: true })
fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`

const MAIN = `
const words: string[] = process.argv.slice(2)
if (words[0] === 'end') process.exitCode = Number(words[1])
if (words[0] === 'wait') {
  process.on('SIGTERM', () => process.exit(8))
  setInterval(() => {}, 1000)
}
console.log(JSON.stringify(words))
`

const lockOf = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/pg': { version } } })

beforeEach(() => {
  rmSync(folder, { recursive: true })
  for (const name of ['bin', 'src/cli']) mkdirSync(join(folder, name), { recursive: true })
  cpSync(join(house, 'bin'), join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'package-lock.json'), lockOf('1.0.0'))
  writeFileSync(join(folder, 'src/cli/main.ts'), MAIN)
  writeFileSync(npm, FAKE_NPM)
})

afterAll(() => rmSync(folder, { recursive: true }))

function run(words: string[], env = {}) {
  const all = { ...process.env, npm_execpath: npm, npm_node_execpath: process.execPath, NODE_ENV: '', ...env }
  return spawnSync(process.execPath, words, { cwd: folder, env: all, encoding: 'utf8' })
}

const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [])

describe('before a command runs', () => {
  it('installs what is missing, once, and again after an update; stdout stays the command’s', () => {
    const first = run(['bin/fourbeams.mjs', 'place', 'list'])
    expect([first.status, first.stdout]).toEqual([0, '["place","list"]\n'])
    expect(first.stderr).toContain('npm talks')
    expect(run(['bin/fourbeams.mjs']).stderr).toBe('')
    expect(called()).toEqual(['ci'])
    writeFileSync(join(folder, 'package-lock.json'), lockOf('1.0.1'))
    expect(run(['bin/start.mjs', '--empty']).stdout).toBe('["serve","--empty"]\n')
    expect(called()).toEqual(['ci', 'ci'])
  })

  it('trusts an install by hand that agrees with package-lock.json, and no other', () => {
    mkdirSync(join(folder, 'node_modules'))
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), lockOf('1.0.0'))
    expect(run(['bin/fourbeams.mjs']).stderr).toBe('')
    rmSync(join(folder, 'node_modules/.fourbeams-lock'))
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), lockOf('0.9.0'))
    run(['bin/fourbeams.mjs'])
    expect(called()).toEqual(['ci'])
  })

  it('tries npm install when npm ci fails, and ends in a sentence when both do', () => {
    expect(run(['bin/fourbeams.mjs', 'x'], { NPM_FAILS: 'ci' }).stdout).toBe('["x"]\n')
    expect(called()).toEqual(['ci', 'install'])
    rmSync(join(folder, 'node_modules'), { recursive: true })
    const refused = run(['bin/fourbeams.mjs', 'x'], { NPM_FAILS: 'ci,install' })
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('The packages could not be installed')
  })

  it('finds the Node that npm brought when the present one is too old, and asks for one when there is none', () => {
    const ask = (where: string) =>
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })
       const { findNode } = await import('./bin/runtime.mjs')
       try { console.log(findNode(${JSON.stringify(where)})) } catch (error) { console.log(error.message) }`
    const found = run(['--input-type=module', '-e', ask(house)]).stdout.trim()
    expect(found.startsWith(join(house, 'node_modules'))).toBe(true)
    const version = spawnSync(found, ['--version'], { encoding: 'utf8' }).stdout
    expect(Number(version.match(/^v(\d+)/)?.[1])).toBeGreaterThanOrEqual(24)
    expect(run(['--input-type=module', '-e', ask(folder)]).stdout).toContain('Install Node 24 or later')
  })
})

describe('a command', () => {
  it.for([0, 1, 2])('ends with its exit code %i', (code) => {
    expect(run(['bin/fourbeams.mjs', 'end', String(code)]).status).toBe(code)
  })

  it.skipIf(process.platform === 'win32')('hears SIGTERM and says how it ended (Windows has no signals)', async () => {
    run(['bin/fourbeams.mjs'])
    const child = spawn(process.execPath, ['bin/fourbeams.mjs', 'wait'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([8, null])
  })
})

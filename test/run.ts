import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './guards/files.ts'

/**
 * Everything that `npm test` holds the house against: the gates first, two at a time, then every test. A gate that
 * fails stops nothing, so one run shows all there is to mend. The last line of the output is always
 * `N passed, N failed`; the exit code is 1 when anything failed or nothing ran.
 */

type Gate = { readonly name: string; readonly command: readonly string[] }
type Outcome = { readonly name: string; readonly passed: boolean; readonly output: string }
type Counts = { passed: number; failed: number; skipped: number }

const tool = (path: string) => join(root, 'node_modules', path)
const tsc = tool('typescript/bin/tsc')

const webTypes: Gate[] = existsSync(join(root, 'web/tsconfig.json'))
  ? [{ name: 'types of the web', command: [tsc, '-p', 'web'] }]
  : []

/** Slowest first: with two at a time that ends soonest. */
const gates: readonly Gate[] = [
  { name: 'types', command: [tsc, '-p', '.'] },
  ...webTypes,
  { name: 'dead code', command: [tool('knip/bin/knip.js'), '--no-progress'] },
  { name: 'directions of imports', command: ['test/guards/check-directions.ts'] },
  {
    name: 'format and lint',
    command: [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=50'],
  },
]

const usage = `npm test -- [--only gates|unit|browser] [FILE …]
  --only gates    format, lint, types, directions of imports, dead code
  --only unit     every test that needs no browser
  --only browser  the tests named *.browser.test.ts
  FILE            only tests whose path contains this text (no gates)`

const call = readCall()
if (call === undefined) console.log(usage)
else process.exitCode = await main(call.only, call.filters)

/** What was asked for; nothing when only help was. A wrong call ends here with 2. */
function readCall(): { only: string | undefined; filters: string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: { only: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
    const { only } = values
    if (only !== undefined && !['gates', 'unit', 'browser'].includes(only))
      throw new Error(`There is no part “${only}”.`)
    return values.help ? undefined : { only, filters: positionals }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

async function main(only: string | undefined, filters: readonly string[]): Promise<number> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  const withGates = only === 'gates' || (only === undefined && filters.length === 0)
  const failures = withGates ? (await runGates()).filter((outcome) => !outcome.passed) : []
  if (withGates) {
    counts.failed += failures.length
    counts.passed += gates.length - failures.length
  }
  if (only !== 'gates') {
    const tested = await runTests(only, filters)
    counts.passed += tested.passed
    counts.failed += tested.failed
    counts.skipped += tested.skipped
  }
  for (const { name, output } of failures) console.log(`\n── ${name} ──\n${output.trim()}`)
  if (counts.passed + counts.failed === 0) console.log('\nNo test ran: no file matches.')
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : ''
  console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`)
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0
}

async function runGates(): Promise<Outcome[]> {
  const waiting = [...gates]
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (let gate = waiting.shift(); gate; gate = waiting.shift()) {
      const started = performance.now()
      const { code, output } = await run(gate.command, 'pipe')
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? '✓' : '✗'} ${gate.name} ${seconds} s`)
      outcomes.push({ name: gate.name, passed: code === 0, output })
    }
  }
  await Promise.all([worker(), worker()])
  return outcomes
}

/** Runs vitest, which prints a line for each file and its failures in full, and counts what it reports. */
async function runTests(only: string | undefined, filters: readonly string[]): Promise<Counts> {
  const report = join(root, 'test/output/vitest.json')
  mkdirSync(join(root, 'test/output'), { recursive: true })
  rmSync(report, { force: true })
  const browser = '.browser.test.'
  const { code } = await run(
    [
      tool('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...(only === 'unit' ? [`--exclude=**/*${browser}*`] : []),
      ...(only === 'browser' && filters.length === 0 ? [browser] : []),
      ...filters,
    ],
    'inherit',
  )
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const result = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
  const counts: Counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests,
    skipped: result.numPendingTests + result.numTodoTests,
  }
  // A file that breaks before its first test fails no test, yet it must count.
  for (const file of result.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) counts.failed += 1
  }
  const ran = counts.passed + counts.failed > 0
  if (code !== 0 && ran && counts.failed === 0) counts.failed += 1
  return counts
}

/** The parts of vitest's JSON report that are read here. */
type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

/** Runs a script with this Node; its output is kept with `pipe` and shown as it comes with `inherit`. */
function run(command: readonly string[], stdio: 'pipe' | 'inherit'): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    // Colours are for a terminal; in a file or a log they hide the words.
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', stdio, stdio] })
    let output = ''
    child.stdout?.on('data', (text) => {
      output += text
    })
    child.stderr?.on('data', (text) => {
      output += text
    })
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commit, judge, machine, type Report, type Row, type Scenario } from './scenario.ts'
import { accessLog } from './scenarios/access-log.ts'
import { asOf } from './scenarios/as-of.ts'
import { backup } from './scenarios/backup.ts'
import { card, card3m } from './scenarios/card.ts'
import { cardPdf } from './scenarios/card-pdf.ts'
import { change } from './scenarios/change.ts'
import { csvSplit } from './scenarios/csv-split.ts'
import { importCsv } from './scenarios/import-csv.ts'
import { importRegister } from './scenarios/import-register.ts'
import { importXlsx } from './scenarios/import-xlsx.ts'
import { list, list3m, search3m } from './scenarios/list.ts'
import { map3m } from './scenarios/map-3m.ts'
import { nationGenerate } from './scenarios/nation-generate.ts'
import { nationLoad } from './scenarios/nation-load.ts'

/** Every scenario, in the order in which `--help` shows them. */
const scenarios: readonly Scenario[] = [
  csvSplit,
  importXlsx,
  importCsv,
  importRegister,
  card,
  cardPdf,
  list,
  change,
  asOf,
  map3m,
  nationGenerate,
  nationLoad,
  card3m,
  list3m,
  search3m,
  backup,
  accessLog,
]

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const usage = `npm run bench -- NAME [--scale 0.1] [--json] [--save]
  --scale X   a smaller or larger amount of the same work; the reaches are for 1
  --json      one JSON document on stdout instead of a table
  --save      also writes bench/results/NAME-COMMIT.json
Exit code: 0 all reached, 1 something not reached at scale 1 or more, 2 wrong call.

${scenarios.map(({ name, what }) => `  ${name.padEnd(18)}${what}`).join('\n')}`

process.exitCode = await main()

async function main(): Promise<number> {
  const call = readCall()
  if (typeof call === 'number') return call
  const { scenario, scale, json, save } = call
  const measured = await scenario.run({ scale, log: (line) => process.stderr.write(`${line}\n`) })
  const report: Report = {
    bench: scenario.name,
    scale,
    machine: machine(),
    commit: commit(root),
    rows: measured.map(judge),
  }
  const text = JSON.stringify(report, null, 2)
  if (save) {
    const folder = join(root, 'bench', 'results')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${report.bench}-${report.commit.replace('+changes', '')}.json`), `${text}\n`)
  }
  console.log(json ? text : table(report))
  // A small amount of work is mostly the starting of it, so it is no failure.
  return scale >= 1 && report.rows.some(({ ok }) => ok === false) ? 1 : 0
}

type Call = { scenario: Scenario; scale: number; json: boolean; save: boolean }

/** What was asked for, or the exit code when nothing is to be measured. */
function readCall(): Call | number {
  try {
    const { values, positionals } = parseArgs({
      options: {
        scale: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    if (values.help) {
      console.log(usage)
      return 0
    }
    const [name, ...rest] = positionals
    const scenario = scenarios.find((one) => one.name === name)
    if (!scenario || rest.length > 0)
      throw new Error(name ? `There is no bench “${positionals.join(' ')}”.` : 'Which bench?')
    const scale = Number(values.scale)
    if (!(scale > 0)) throw new Error(`The scale “${values.scale}” is no number above 0.`)
    return { scenario, scale, json: values.json, save: values.save }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    return 2
  }
}

/** The report for people: one line for each figure, the columns under each other. */
function table({ bench, scale, machine: on, commit: at, rows }: Report): string {
  const cells = [
    ['', 'value', 'unit', 'reach', 'baseline', 'ratio', ''],
    ...rows.map((row) => [
      row.name,
      number(row.value),
      row.unit,
      row.reach?.replace(/\d+/, (digits) => number(Number(digits))) ?? '',
      row.baseline === null ? '' : number(row.baseline),
      row.ratio === null ? '' : `${row.ratio.toFixed(2)}x`,
      verdict(row),
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const right = new Set([1, 4, 5])
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const where = `${on.cpu}, ${on.cores} cores, ${on.memoryGiB} GiB, ${on.platform}, Node ${on.node.slice(1)}`
  return [`${bench} at scale ${scale}, commit ${at}`, where, '', ...lines].join('\n')
}

function verdict({ ok }: Row): string {
  return ok === null ? '' : ok ? 'reached' : 'NOT REACHED'
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

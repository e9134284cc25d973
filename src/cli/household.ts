import { createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import { Command } from 'commander'
import { callerAs } from '../app/act.ts'
import { importSheet } from '../app/import-sheet.ts'
import type { House } from '../app/open.ts'
import { faultyRows, rowFaultSentence, writeErrorSheet, writeTemplate } from '../beams/register/index.ts'
import { sentence } from '../kernel/problem.ts'
import type { ProblemCode } from '../kernel/problems.ts'
import type { Tx } from '../platform/db/database.ts'
import { householdForm } from '../policy/ask.ts'
import { exit, type Output, withHouse } from './command.ts'
import { demandReadable, demandWritable, formatOf, spreadsheetName } from './format.ts'
import { changeCommand } from './household-change.ts'
import { evidenceCommand } from './household-evidence.ts'
import { exportCommand } from './household-export.ts'
import { printCommand } from './household-print.ts'
import { accessCommand, findCommand, showCommand } from './household-read.ts'
import { whileRunning } from './watch.ts'

const TOLD_FAULTS = 10

export function householdCommand(): Command {
  const household = new Command('household').description('Households of the register')
  household.addCommand(templateCommand())
  household.addCommand(importCommand())
  household.addCommand(findCommand())
  household.addCommand(showCommand())
  household.addCommand(changeCommand())
  household.addCommand(evidenceCommand())
  household.addCommand(exportCommand())
  household.addCommand(printCommand())
  household.addCommand(accessCommand())
  return household
}

function templateCommand(): Command {
  return new Command('template')
    .description('write the empty spreadsheet of the household form')
    .argument('<file>', 'name that ends in .xlsx or .csv', spreadsheetName)
    .option('--language <tag>', 'language of the headings')
    .action((file: string, options: { language?: string }, command: Command) =>
      withHouse(command, async ({ pack }, output) => {
        await demandWritable(file)
        await writeTemplate(createWriteStream(file), pack, options.language ?? pack.languages[0]!, formatOf(file))
        output.say(`${file} written.`)
        output.result({ file })
        return undefined
      }),
    )
}

type ImportOptions = { period?: string; why: string; dryRun?: boolean; errors?: string; as?: string; language: string }

function importCommand(): Command {
  return new Command('import')
    .description('bring a spreadsheet of households into the register')
    .argument('<file>', 'XLSX or CSV')
    .option('--period <period>', 'period that the facts are of')
    .option('--why <reason>', 'reason kept in the history of each household', 'import from the command line')
    .option('--dry-run', 'check only')
    .option('--errors <file>', 'write rows with faults to this .xlsx or .csv', spreadsheetName)
    .option('--as <login>', 'act under the post of this account')
    .option('--language <tag>', 'language of the sentences', 'en')
    .action((file: string, options: ImportOptions, command: Command) =>
      withHouse(command, (house, output) => importFile(house, file, options, output)),
    )
}

async function importFile(house: House, file: string, options: ImportOptions, output: Output): Promise<number> {
  const { db, register } = house
  await demandReadable(file)
  if (options.errors) await demandWritable(options.errors)
  const caller = await callerAs(house, options.as)
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(caller.scope, work)
  const { run, checked } = await importSheet(house, caller, { path: file, name: basename(file) }, options, {
    carryOut: (job) => whileRunning(house, job, output),
    async mayEnter(run) {
      if (options.errors && run.counts.bad > 0) {
        const sheet = { format: formatOf(options.errors), language: options.language, placeName: run.place_name }
        await inTx((tx) => writeErrorSheet(tx, register, run, sheet, options.errors!))
      }
      return !options.dryRun
    },
  })
  const importId = run.import_id
  const faults = await inTx((tx) => faultyRows(tx, importId, 0, TOLD_FAULTS))
  const form = householdForm(register.pack)
  const told = faults.flatMap((row) =>
    (JSON.parse(row.faults) as Parameters<typeof rowFaultSentence>[2][]).map((fault) => ({
      row: row.row_no,
      code: fault.code,
      sentence: rowFaultSentence(register.pack, form, fault, options.language, run.place_name),
    })),
  )
  for (const fault of told) output.say(`row ${fault.row}: ${fault.sentence}`)
  if (checked.problem) {
    const { code, values } = checked.problem
    process.stderr.write(`${sentence(code as ProblemCode, values, options.language)} [${code}]\n`)
  }
  const { counts } = run
  output.say(
    `${counts.read} rows read = ${counts.good} good + ${counts.bad} bad + ${counts.skipped} skipped (${counts.unchanged} unchanged, ${counts.held} held); ${counts.registered} households registered.`,
  )
  output.result({ import: importId, state: run.state, counts, faults: told, problem: checked.problem })
  const fine =
    (run.state === 'done' || (options.dryRun && run.state === 'checked')) && counts.bad === 0 && counts.held === 0
  return fine ? exit.done : exit.refused
}

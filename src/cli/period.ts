import { Command } from 'commander'
import { act, callerAs } from '../app/act.ts'
import type { House } from '../app/open.ts'
import {
  closePeriod,
  dueFilter,
  duePage,
  exportToFile,
  getPeriod,
  openPeriod,
  periodAnswerOf,
  periodsAt,
  progressAt,
} from '../beams/register/index.ts'
import { type Caller, demandRight } from '../platform/access/caller.ts'
import type { Tx } from '../platform/db/database.ts'
import { type Output, withHouse } from './command.ts'
import { demandWritable, formatOf, spreadsheetName, wholeNumber } from './format.ts'
import { resolvePlace } from './places.ts'

const number = wholeNumber(1, Number.MAX_SAFE_INTEGER)

export function periodCommand(): Command {
  const period = new Command('period').description(
    'The yearly update: which form is filled for which period, until when',
  )
  period.addCommand(openCommand())
  period.addCommand(closeCommand())
  period.addCommand(listCommand())
  period.addCommand(progressCommand())
  period.addCommand(dueCommand())
  return period
}

/** Reads in a transaction of the caller's scope. */
function reading<T>(house: House, caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
  return house.db.transaction(caller.scope, work, { readOnly: true })
}

async function codeOf(house: House, place: string | undefined): Promise<string | undefined> {
  return place === undefined ? undefined : (await resolvePlace(house, place)).code
}

type OpenOptions = { place?: string; from?: string; until?: string; why: string; as?: string }

function openCommand(): Command {
  return new Command('open')
    .description('open a form for a period, or open it again')
    .argument('<form>', 'form id of the pack, such as household')
    .argument('<period>', 'the period that the facts are of, such as 2017')
    .requiredOption('--why <reason>', 'reason kept in the audit')
    .option('--place <code>', 'a place and all below it; your own without it')
    .option('--from <day>', 'first day (YYYY-MM-DD); today without it')
    .option('--until <day>', 'last day; without one it stays open until it is closed')
    .option('--as <login>', 'act under the post of this account')
    .action((form: string, period: string, { as, ...options }: OpenOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, as)
        demandRight(caller, 'period.manage')
        const place = await codeOf(house, options.place)
        const row = await act(house, caller, ({ tx, now, audit }) =>
          openPeriod(tx, house.register, caller, { ...options, form, period, place }, { now, audit }),
        )
        tell(house, caller, row, output)
        return undefined
      }),
    )
}

function closeCommand(): Command {
  return new Command('close')
    .description('close a period: its facts stand from now on')
    .argument('<id>', 'number of the opening, as listed', number)
    .requiredOption('--why <reason>', 'reason kept in the audit')
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: { why: string; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'period.manage')
        const row = await act(house, caller, ({ tx, now, audit }) =>
          closePeriod(tx, caller, id, options.why, { now, audit }),
        )
        tell(house, caller, row, output)
        return undefined
      }),
    )
}

function tell(house: House, caller: Caller, row: Awaited<ReturnType<typeof getPeriod>>, output: Output): void {
  const answer = periodAnswerOf(row, caller, house.pack, house.settings.now())
  output.say(line(answer))
  output.result(answer)
}

function line(answer: ReturnType<typeof periodAnswerOf>): string {
  const { id, form, period, place, state, opensOn, closesOn } = answer
  return [id, form, period, place.name, state, opensOn, closesOn ?? '–'].join('\t')
}

function listCommand(): Command {
  return new Command('list')
    .description('periods that hold at a place or below it, newest first')
    .option('--form <form>', 'only of this form')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 50)
    .option('--as <login>', 'act under the post of this account')
    .action((options: { form?: string; limit: number; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const rows = await reading(house, caller, (tx) => periodsAt(tx, caller, options))
        const periods = rows.map((row) => periodAnswerOf(row, caller, house.pack, house.settings.now()))
        for (const period of periods) output.say(line(period))
        output.result({ periods })
        return undefined
      }),
    )
}

function progressCommand(): Command {
  return new Command('progress')
    .description('how many are done and still due in each place right below one')
    .argument('<id>', 'number of the opening, as listed', number)
    .option('--place <code>', 'the place looked at')
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: { place?: string; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const place = await codeOf(house, options.place)
        const found = await reading(house, caller, async (tx) =>
          progressAt(tx, house.pack, caller, await getPeriod(tx, caller, id), place),
        )
        const rows = [
          { code: found.place.code, name: found.place.name, ...found.counts },
          ...found.children.map(({ code, name, due, done }) => ({ code, name, due, done })),
        ]
        for (const { code, name, due, done } of rows) output.say([code, name, `${done} done`, `${due} due`].join('\t'))
        output.result({ place: rows[0], children: rows.slice(1) })
        return undefined
      }),
    )
}

type DueOptions = {
  place?: string
  worker?: number
  limit: number
  out?: string
  language?: string
  as?: string
}

function dueCommand(): Command {
  return new Command('due')
    .description('who still has to be brought up to date; with --out a spreadsheet to fill in and import')
    .argument('<id>', 'number of the opening, as listed', number)
    .option('--place <code>', 'a place and all below it')
    .option('--worker <account>', 'only where this account holds a post', number)
    .option('--limit <n>', 'at most so many lines', wholeNumber(1, 1000), 50)
    .option(
      '--out <file>',
      'write all of them, with the values of the period before, to this .xlsx or .csv',
      spreadsheetName,
    )
    .option('--language <tag>', 'language of headings and codes')
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: DueOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const place = await codeOf(house, options.place)
        const asked = { place, worker: options.worker }
        const { out } = options
        if (out === undefined) {
          const rows = await reading(house, caller, async (tx) => {
            const row = await getPeriod(tx, caller, id)
            return duePage(tx, house.pack, caller, row, { ...asked, limit: options.limit }, house.settings.now())
          })
          for (const { household, placeCode, number, name, last } of rows)
            output.say([household ?? '', placeCode, number ?? '', name, last ?? '–'].join('\t'))
          output.result({ due: rows })
          return undefined
        }
        demandRight(caller, 'household.export')
        await demandWritable(out)
        const households = await act(house, caller, async ({ tx, now, audit }) => {
          const row = await getPeriod(tx, caller, id)
          const filter = await dueFilter(tx, house.pack, caller, row, asked, now)
          const count = await exportToFile(
            tx,
            house.register,
            filter,
            {
              format: formatOf(out),
              shape: 'cards',
              columns: [],
              full: false,
              language: options.language ?? house.pack.languages[0]!,
              progress: (done) => output.progress('households', done),
            },
            out,
          )
          const detail = { households: count }
          audit({ kind: 'period.due-sheet', place: caller.place, subject: 'period', subjectId: id, detail })
          return count
        })
        output.say(`${households} households written to ${out}.`)
        output.result({ file: out, households })
        return undefined
      }),
    )
}

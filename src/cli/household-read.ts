import { Command, InvalidArgumentError } from 'commander'
import { act, callerAs } from '../app/act.ts'
import type { House } from '../app/open.ts'
import {
  findHousehold,
  historyOf,
  householdPage,
  householdThere,
  looksAt,
  notHere,
  pastMoment,
  pastPage,
  readFilter,
} from '../beams/register/index.ts'
import { isDay } from '../kernel/calendar.ts'
import { Problem } from '../kernel/problem.ts'
import { type Caller, demandRight } from '../platform/access/caller.ts'
import { lookBy } from '../platform/audit/access-log.ts'
import { withHouse } from './command.ts'
import { codes, wholeNumber } from './format.ts'
import { resolvePlace } from './places.ts'

export type FilterOptions = {
  place?: string
  status?: string
  cause?: string
  sizeFrom?: number
  sizeTo?: number
  text?: string
  asOf?: string
  knownAt?: string
}

/** Gives a command the filters of the household list. */
export function filterOptions(command: Command): Command {
  return command
    .option('--place <code>', 'a place and all below it')
    .option('--status <codes>', 'status codes, separated by commas')
    .option('--cause <codes>', 'codes of the main cause, separated by commas')
    .option('--size-from <n>', 'at least so many members', wholeNumber(1, 99))
    .option('--size-to <n>', 'at most so many members', wholeNumber(1, 99))
    .option('--text <text>', 'name, its letters or initials, household number, identity number')
    .option('--as-of <day>', 'as it was on this day (YYYY-MM-DD)', heldDay)
    .option('--known-at <instant>', 'as it was known at this instant (2016-12-31T16:00:00Z)', heldInstant)
}

/** The filter that the options say, within the caller's reach. */
export async function filterOf(house: House, caller: Caller, options: FilterOptions) {
  const place = options.place === undefined ? undefined : (await resolvePlace(house, options.place)).code
  const query = {
    place,
    status: codes(options.status),
    cause: codes(options.cause),
    sizeFrom: options.sizeFrom,
    sizeTo: options.sizeTo,
    text: options.text,
  }
  const moment = pastMoment(options, house.settings.now(), house.pack)
  return { place, filter: readFilter(caller, query, house.register), moment }
}

function heldDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day such as 2016-12-31.')
  return text
}

function heldInstant(text: string): string {
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime()))
    throw new InvalidArgumentError('It must be an instant such as 2016-12-31T16:00:00Z.')
  return instant.toISOString()
}

export function findCommand(): Command {
  return filterOptions(new Command('find').description('list households'))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 50)
    .option('--as <login>', 'act under the post of this account')
    .action((options: FilterOptions & { limit: number; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const { filter, moment } = await filterOf(house, caller, options)
        const { limit } = options
        const rows = await house.db.transaction(
          caller.scope,
          (tx) => (moment ? pastPage(tx, filter, moment, { limit }) : householdPage(tx, filter, { limit })),
          { readOnly: true },
        )
        for (const row of rows) {
          output.say(
            [row.household_id, row.place_code, row.number, row.head_name, row.status, row.cause, row.size].join('\t'),
          )
        }
        output.result({ households: rows })
        return undefined
      }),
    )
}

export function showCommand(): Command {
  return new Command('show')
    .description('one household card with its history, as JSON')
    .argument('<household>', 'id of the household', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: { as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const shown = await act(house, caller, async ({ tx }) => {
          const card = await findHousehold(tx, id)
          if (!card) throw await notHere(tx, id)
          return { ...card, history: await historyOf(tx, id) }
        })
        house.register.accessLog.note(lookBy(caller, id, shown.household.place_code, house.settings.now()))
        output.say(JSON.stringify(shown, null, 2))
        output.result(shown)
        return undefined
      }),
    )
}

export function accessCommand(): Command {
  return new Command('access')
    .description('who saw a household: looks at its card, and identity numbers shown in full, the latest first')
    .argument('<household>', 'id of the household', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000), 100)
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: { limit: number; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'audit.read')
        const looks = await act(house, caller, async ({ tx }) => {
          if (!(await householdThere(tx, id))) throw new Problem('request.not-found')
          return looksAt(tx, id, { after: undefined, limit: options.limit })
        })
        for (const { at, kind, by, role, place_name: place, times, why } of looks) {
          output.say([at.toISOString(), kind, by ?? 'operator', role ?? '', place ?? '', times, why ?? ''].join('\t'))
        }
        output.result({ looks })
        return undefined
      }),
    )
}

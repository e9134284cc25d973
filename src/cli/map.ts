import { Command, Option } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { mapCounts } from '../beams/register/index.ts'
import { type MeasureId, measureIds } from '../beams/register/map/contract.ts'
import { Problem } from '../kernel/problem.ts'
import { reaches } from '../platform/access/caller.ts'
import { withHouse } from './command.ts'
import { codes } from './format.ts'
import { resolvePlace } from './places.ts'

type Options = { place?: string; measure: MeasureId; status?: string; cause?: string; as?: string }

export function mapCommand(): Command {
  const map = new Command('map').description('What the register counts, place by place')
  map
    .command('counts')
    .description('a measure of each place right below one')
    .option('--place <code>', 'the place above; your own without it')
    .addOption(new Option('--measure <name>', 'what is shown').choices(measureIds).default('households'))
    .option('--status <codes>', 'status codes, separated by commas')
    .option('--cause <codes>', 'codes of the main cause, separated by commas')
    .option('--as <login>', 'act under the post of this account')
    .action((options: Options, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const place = options.place === undefined ? caller.place : (await resolvePlace(house, options.place)).code
        if (!reaches(caller, place)) throw new Problem('request.not-found')
        const { unit, total, children } = await act(house, caller, ({ tx }) =>
          mapCounts(tx, place, {
            measure: options.measure,
            status: codes(options.status),
            cause: codes(options.cause),
          }),
        )
        const written = (value: number | null) => (value === null ? '-' : Number(value.toFixed(4)).toString())
        for (const { row, value } of children) output.say(`${row.official_code}\t${row.name}\t${written(value)}`)
        output.say(`all\t\t${written(total.value)}`)
        output.result({
          place,
          measure: options.measure,
          unit,
          total,
          children: children.map(({ row, ...counts }) => ({
            code: row.code,
            officialCode: row.official_code,
            name: row.name,
            ...counts,
          })),
        })
        return undefined
      }),
    )
  return map
}

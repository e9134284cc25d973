import { Command, Option } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { exportEntry, exportToFile } from '../beams/register/index.ts'
import { withHouse } from './command.ts'
import { demandWritable, formatOf, spreadsheetName } from './format.ts'
import { type FilterOptions, filterOf, filterOptions } from './household-read.ts'

type ExportOptions = FilterOptions & {
  shape: 'list' | 'cards'
  identities: 'masked' | 'full'
  why?: string
  as?: string
  language?: string
}

export function exportCommand(): Command {
  return filterOptions(
    new Command('export')
      .description('write households to a spreadsheet; whole cards import again')
      .argument('<file>', 'name that ends in .xlsx or .csv', spreadsheetName),
  )
    .addOption(
      new Option('--shape <shape>', 'cards import again; list is what the list shows')
        .choices(['cards', 'list'])
        .default('cards'),
    )
    .addOption(new Option('--identities <how>', 'sensitive values').choices(['masked', 'full']).default('masked'))
    .option('--why <reason>', 'needed for full identity numbers')
    .option('--as <login>', 'act under the post of this account')
    .option('--language <tag>', 'language of headings and codes')
    .action((file: string, options: ExportOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        await demandWritable(file)
        const { filter, place, moment } = await filterOf(house, caller, options)
        const full = options.identities === 'full'
        const { asOf, knownAt, shape, why } = options
        const entry = exportEntry(caller, { place, shape, full, why, asOf, knownAt })
        const households = await act(house, caller, async ({ tx, audit }) => {
          const count = await exportToFile(
            tx,
            house.register,
            filter,
            {
              format: formatOf(file),
              shape: options.shape,
              columns: [],
              moment,
              full,
              language: options.language ?? house.pack.languages[0]!,
              progress: (done) => output.progress('households', done),
            },
            file,
          )
          audit(entry(count))
          return count
        })
        output.say(`${households} households written to ${file}.`)
        output.result({ file, households })
        return undefined
      }),
    )
}

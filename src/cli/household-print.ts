import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { householdsToPrint, printNoted } from '../beams/register/index.ts'
import { Problem } from '../kernel/problem.ts'
import { demandRight } from '../platform/access/caller.ts'
import { withHouse } from './command.ts'
import { demandWritable, wholeNumber } from './format.ts'
import { resolvePlace } from './places.ts'

type PrintOptions = {
  out: string
  place?: string
  language?: string
  identities: 'masked' | 'full'
  why?: string
  as?: string
}

export function printCommand(): Command {
  return new Command('print')
    .description('write household cards as PDF; the cards printed before are no longer valid')
    .argument('[household]', 'id of the household', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .requiredOption('--out <file>', 'name that ends in .pdf', pdfName)
    .option('--place <code>', 'instead of one household, all of a village or another small place')
    .option('--language <tag>', 'language of headings and codes')
    .addOption(new Option('--identities <how>', 'sensitive values').choices(['masked', 'full']).default('masked'))
    .option('--why <reason>', 'needed for full identity numbers')
    .option('--as <login>', 'act under the post of this account')
    .action((household: number | undefined, options: PrintOptions, command: Command) => {
      if ((household === undefined) === (options.place === undefined)) {
        command.error('error: Name either a household or a --place.')
      }
      return withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.export')
        await demandWritable(options.out)
        const { register, pack } = house
        const place = options.place === undefined ? undefined : (await resolvePlace(house, options.place)).code
        output.progress('cards')
        const { cards, pdf } = await act(house, caller, async ({ tx, now, audit }) => {
          const ids = place === undefined ? [household!] : await householdsToPrint(tx, caller, place)
          const wish = { ...options, language: options.language ?? pack.languages[0]! }
          const pdf = await printNoted(tx, register, caller, now, ids, wish, audit)
          if (!pdf) throw new Problem(place === undefined ? 'request.not-found' : 'print.nothing')
          return { cards: ids.length, pdf }
        })
        await writeFile(options.out, pdf, { mode: 0o600 })
        output.say(`${cards} ${cards === 1 ? 'card' : 'cards'} written to ${options.out}.`)
        output.result({ file: options.out, cards })
        return undefined
      })
    })
}

function pdfName(file: string): string {
  if (/\.pdf$/i.test(file)) return file
  throw new InvalidArgumentError('The file must end in .pdf.')
}

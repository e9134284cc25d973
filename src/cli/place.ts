import { Command } from 'commander'
import { operatorActor } from '../app/operator.ts'
import {
  childrenOf,
  importPlaces,
  importPlaceTags,
  placesByOfficialCode,
  searchPlaces,
} from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { inLanguage } from '../kernel/text.ts'
import { withHouse } from './command.ts'
import { demandReadable } from './format.ts'
import { boundariesCommand } from './place-boundaries.ts'
import { cardCommand, updateCommand } from './place-card.ts'
import { addPlaceChanges } from './place-change.ts'

export function placeCommand(): Command {
  const place = new Command('place').description('The tree of places')

  place
    .command('import')
    .description(
      'bring a table of places into the tree: columns official_code (or code), name, and level where codes do not tell it',
    )
    .argument('<file>', 'CSV or XLSX')
    .option('--tags <file>', 'also set tags: columns official_code, tag, value, from_on')
    .option('--from <day>', 'first day on which new places exist', '1900-01-01')
    .action((file: string, options: { tags?: string; from: string }, command: Command) =>
      withHouse(command, async ({ db, register, settings }, output) => {
        for (const one of options.tags ? [file, options.tags] : [file]) await demandReadable(one)
        const actor = operatorActor(settings.now())
        const parts = {
          pack: register.pack,
          keysOf: register.keysOf,
          chainOf: register.chainOf,
          actor,
          from: options.from,
        }
        output.progress('Reading places …')
        const result = await importPlaces(db, parts, file)
        const tags = options.tags ? await importPlaceTags(db, parts, options.tags) : 0
        output.say(
          `${result.read} places read: ${result.added} added, ${result.renamed} renamed, ${result.unchanged} unchanged; ${tags} tags set.`,
        )
        output.result({ ...result, tags })
        return undefined
      }),
    )

  place
    .command('list')
    .description('the places right below one, or those that fit a text')
    .argument('[code]', 'code of the place above; the root without it')
    .option('--text <text>', 'look for a name, its letters, or a code')
    .action((code: string | undefined, options: { text?: string }, command: Command) =>
      withHouse(command, async ({ db, register }, output) => {
        const { pack } = register
        const rows = await db.transaction(
          subtree(ROOT),
          async (tx) => {
            if (options.text !== undefined) {
              const key = register.keysOf(options.text).key
              return searchPlaces(tx, subtree(ROOT), { name: options.text, key, code: options.text }, 50)
            }
            if (code === undefined) return childrenOf(tx, ROOT)
            const [place] = await placesByOfficialCode(tx, [code])
            if (!place) throw new Problem('place.unknown', { code })
            return childrenOf(tx, place.code)
          },
          { readOnly: true },
        )
        for (const row of rows) {
          const level = inLanguage(pack.levels[row.level]!.name, pack.languages[0]!)
          const count = 'households' in row ? `\t${row.households} households` : ''
          output.say(`${row.official_code}\t${level}\t${row.name}${count}`)
        }
        output.result({ places: rows })
        return undefined
      }),
    )
  addPlaceChanges(place)
  place.addCommand(boundariesCommand())
  place.addCommand(cardCommand())
  place.addCommand(updateCommand())
  return place
}

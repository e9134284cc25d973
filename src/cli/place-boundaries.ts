import { Command } from 'commander'
import { operatorActor } from '../app/operator.ts'
import { importBoundaries } from '../beams/register/index.ts'
import { Problem } from '../kernel/problem.ts'
import { exit, withHouse } from './command.ts'
import { demandReadable } from './format.ts'

type Options = { level: string; codeField?: string; source: string; from: string }

/** Sentences printed; the JSON document has all of them. */
const MOST_TOLD = 50

export function boundariesCommand(): Command {
  const boundaries = new Command('boundaries').description('Where places lie, for the map')
  boundaries
    .command('import')
    .description('bring the boundaries of one level from a GeoJSON file of any size; upper levels first')
    .argument('<file>', 'GeoJSON in longitude and latitude, one feature a place')
    .requiredOption('--level <level>', 'id of the level, or its depth')
    .option('--code-field <name>', 'property that holds the official code; the usual names without it')
    .option('--source <text>', 'who drew the boundaries, shown on the map', 'imported')
    .option('--from <day>', 'first day on which they run so', '1900-01-01')
    .action((file: string, options: Options, command: Command) =>
      withHouse(command, async ({ db, register, settings }, output) => {
        await demandReadable(file)
        const { levels } = register.pack
        const level = levels.findIndex(({ id }, depth) => id === options.level || String(depth) === options.level)
        if (level < 0) {
          const known = levels.map(({ id }) => id).join(', ')
          throw new Problem('cli.wrong-call', { detail: `there is no level “${options.level}”, only ${known}` })
        }
        const parts = {
          actor: operatorActor(settings.now()),
          chainOf: register.chainOf,
          progress: (features: number) => output.progress('Reading boundaries', features),
        }
        const { codeField, source, from } = options
        const result = await importBoundaries(db, parts, file, { level, codeField, source, from })
        for (const problem of result.problems.slice(0, MOST_TOLD)) process.stderr.write(`${problem.message}\n`)
        const { read, good, bad, turned, points } = result
        output.say(`${read} features read: ${good} good, ${bad} bad; ${turned} rings turned; ${points} points kept.`)
        output.result({
          ...result,
          problems: result.problems.map(({ code, values, message }) => ({ code, title: message, values })),
        })
        return bad > 0 ? exit.refused : exit.done
      }),
    )
  return boundaries
}

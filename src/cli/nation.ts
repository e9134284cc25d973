import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { generateNation } from '../../nation/generate.ts'
import { loadNation } from '../../nation/load.ts'
import { settingsFromEnvironment } from '../app/open.ts'
import { rights } from '../platform/http/contract.ts'
import { loadPack } from '../policy/load.ts'
import { guarded, outputOf, withHouse } from './command.ts'

type Format = 'parquet' | 'csv'
type Options = { scale: number; seed: number; out: string; format: Format[] }

export function nationCommand(): Command {
  const nation = new Command('nation').description('A synthetic nation, for demonstration, tests and benchmarks')
  nation
    .command('generate')
    .description('write invented households of whole villages; the same seed gives the same bytes')
    .option('--scale <share>', 'part of the whole nation, above 0 up to 1', aNumber, 0.001)
    .option('--seed <number>', 'any whole number', aNumber, 42)
    .option('--out <folder>', 'where the files go', 'nation-data')
    .option('--format <list>', 'parquet, csv (imports as it is), or both with a comma', formats, ['parquet'])
    .action((options: Options, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const pack = loadPack(settingsFromEnvironment(() => {}).pack, { rights })
        const result = await generateNation({
          pack,
          scale: options.scale,
          seed: options.seed,
          folder: resolve(options.out),
          formats: options.format,
          log: (step) => output.progress(`${step.name} (${step.seconds.toFixed(1)} s)`),
        })
        output.say(
          `${result.households} households, ${result.members} members in ${result.villages} villages, ${result.seconds.toFixed(1)} s, digest ${result.digest.slice(0, 16)}`,
        )
        for (const file of result.files) output.say(file)
        output.result(result)
        return undefined
      })
    })
  nation
    .command('load')
    .description('bring a generated nation (Parquet) into an empty register; run again, it ends what was interrupted')
    .argument('[folder]', 'where “nation generate” wrote it', 'nation-data')
    .action((folder: string, _options: object, command: Command) =>
      withHouse(
        command,
        async (house, output) => {
          const loaded = await loadNation(house, resolve(folder), output.progress)
          const rate = Math.round(loaded.persons / loaded.seconds)
          output.say(
            `${loaded.households} households with ${loaded.persons} members loaded in ${loaded.seconds.toFixed(1)} s, ${rate} persons a second.`,
          )
          output.result(loaded)
          return undefined
        },
        { halfLoaded: true },
      ),
    )
  return nation
}

function aNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Write a number.')
  return value
}

function formats(text: string): Format[] {
  return text.split(',').map((one) => {
    if (one !== 'parquet' && one !== 'csv') throw new InvalidArgumentError('Write parquet, csv, or both with a comma.')
    return one
  })
}

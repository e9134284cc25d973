import { resolve } from 'node:path'
import { Command } from 'commander'
import { generateNation } from '../../nation/generate.ts'
import { settingsFromEnvironment } from '../app/open.ts'
import { rights } from '../platform/http/contract.ts'
import { loadPack } from '../policy/load.ts'
import { guarded, outputOf } from './command.ts'

type Options = { scale: string; seed: string; out: string; format: string }

export function nationCommand(): Command {
  const nation = new Command('nation').description('A synthetic nation, for demonstration, tests and benchmarks')
  nation
    .command('generate')
    .description('write invented households of whole villages; the same seed gives the same bytes')
    .option('--scale <share>', 'part of the whole nation, above 0 up to 1', '0.001')
    .option('--seed <number>', 'any whole number', '42')
    .option('--out <folder>', 'where the files go', 'nation-data')
    .option('--format <list>', 'parquet, csv (imports as it is), or both with a comma', 'parquet')
    .action((options: Options, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const pack = loadPack(settingsFromEnvironment(() => {}).pack, { rights })
        const result = await generateNation({
          pack,
          scale: Number(options.scale),
          seed: Number.parseInt(options.seed, 10),
          folder: resolve(options.out),
          formats: options.format
            .split(',')
            .filter((one): one is 'parquet' | 'csv' => one === 'parquet' || one === 'csv'),
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
  return nation
}

import { inChild } from '../child.ts'
import type { Scenario } from '../scenario.ts'
import type { Loading } from './nation-load-work.ts'

const module = new URL('./nation-load-work.ts', import.meta.url)

export const nationLoad: Scenario = {
  name: 'nation-load',
  what: 'Loads a generated nation of 9,000,000 persons into an empty register, indexes and audit included. Baseline: raw COPY of the same tables, from files into copies without indexes, two connections.',
  async run({ scale, log }) {
    const { result, peakMiB } = await inChild<Loading>(module, 'loading', [9_000_000 * scale])
    log(
      `${result.persons} persons loaded in ${result.seconds.toFixed(1)} s, ${result.rowSeconds.toFixed(1)} s of it rows`,
    )
    return [
      {
        name: 'persons loaded',
        value: result.persons / result.seconds,
        unit: 'persons/s',
        least: 60_000,
        baseline: result.copied / result.copySeconds,
      },
      { name: 'rows alone, without indexes', value: result.persons / result.rowSeconds, unit: 'persons/s' },
      { name: 'peak memory of the loader', value: peakMiB, unit: 'MiB' },
    ]
  },
}

import { inChild } from '../child.ts'
import type { Scenario } from '../scenario.ts'
import type { Generated } from './nation-generate-work.ts'

const module = new URL('./nation-generate-work.ts', import.meta.url)

export const nationGenerate: Scenario = {
  name: 'nation-generate',
  what: 'Generates the whole nation as Parquet, checked and with its digest. Baseline: DuckDB writing random rows of the same number and columns. A smaller scale measures a smaller nation.',
  async run({ scale, log }) {
    const { result, peakMiB } = await inChild<Generated>(module, 'generated', [Math.min(scale, 1)])
    const { households, members, seconds, digest } = result
    log(
      `${households} households, ${members} persons, ${result.cpuSeconds.toFixed(0)} s of processors, digest ${digest}`,
    )
    const rows = households + members
    const { result: random } = await inChild<number>(module, 'randomRows', [households, members])
    return [
      { name: 'time', value: seconds, unit: 's', most: 300, baseline: random },
      { name: 'peak memory', value: peakMiB / 1024, unit: 'GiB', most: 5 },
      { name: 'rows', value: rows / seconds, unit: 'rows/s', baseline: rows / random },
      { name: 'time of processors', value: result.cpuSeconds, unit: 's' },
    ]
  },
}

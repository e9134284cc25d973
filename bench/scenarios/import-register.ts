import { inChild } from '../child.ts'
import type { Scenario } from '../scenario.ts'
import type { WholeImport } from './import-work.ts'

const module = new URL('./import-work.ts', import.meta.url)

export const importRegister: Scenario = {
  name: 'import-register',
  what: 'Brings a CSV of 1,000,000 persons wholly into the register: actions, audit, identity, search keys, duplicates. Baseline: raw COPY of the file.',
  async run({ scale, log }) {
    const small = await inChild<WholeImport>(module, 'wholeImport', [100_000 * scale])
    log(
      `${small.result.persons} persons: check ${small.result.check.toFixed(1)} s, apply ${small.result.apply.toFixed(1)} s`,
    )
    const { result, peakMiB } = await inChild<WholeImport>(module, 'wholeImport', [1_000_000 * scale])
    log(`${result.persons} persons: check ${result.check.toFixed(1)} s, apply ${result.apply.toFixed(1)} s`)
    const whole = result.check + result.apply
    return [
      {
        name: 'persons registered',
        value: result.persons / whole,
        unit: 'persons/s',
        least: 20_000,
        baseline: result.persons / result.copy,
      },
      { name: 'dry run alone', value: result.persons / result.check, unit: 'persons/s' },
      { name: 'into the register alone', value: result.persons / result.apply, unit: 'persons/s' },
      { name: 'peak memory, ten times the persons to once', value: peakMiB / small.peakMiB, unit: '×', most: 1.5 },
      { name: 'peak memory', value: peakMiB, unit: 'MiB' },
    ]
  },
}

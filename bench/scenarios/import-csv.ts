import { inChild } from '../child.ts'
import type { Scenario } from '../scenario.ts'
import type { Staging } from './import-work.ts'

const module = new URL('./import-work.ts', import.meta.url)
const COLUMNS = 31

export const importCsv: Scenario = {
  name: 'import-csv',
  what: `Parses and validates a CSV of 1,000,000 rows × ${COLUMNS} columns into PostgreSQL staging, all errors kept. Baseline: raw COPY of the file.`,
  async run({ scale, log }) {
    const { result, peakMiB } = await inChild<Staging>(module, 'staging', [1_000_000 * scale])
    log(`${result.rows} rows in ${result.seconds.toFixed(2)} s`)
    return [
      {
        name: 'rows staged',
        value: result.rows / result.seconds,
        unit: 'rows/s',
        least: 300_000,
        baseline: result.rows / result.copy,
      },
      { name: 'peak memory', value: peakMiB, unit: 'MiB' },
    ]
  },
}

import { join } from 'node:path'
import type { Scenario } from '../scenario.ts'
import { compare, make, ours, withFolder } from './read-sheets.ts'

export const csvSplit: Scenario = {
  name: 'csv-split',
  what: 'Finds the encoding of a CSV of 1,000,000 rows × 31 columns and splits it. Baseline: readFile and split, blind to quotes.',
  run: ({ scale, log }) =>
    withFolder(async (folder) => {
      const rows = Math.round(1_000_000 * scale)
      const path = join(folder, 'households.csv')
      await make(ours, 'makeCsv', path, [rows, false], log)
      const plain = await compare(path, { readOurs: ours, splitPlainly: ours }, log)
      const quotedPath = join(folder, 'quoted.csv')
      await make(ours, 'makeCsv', quotedPath, [rows, true], log)
      const quoted = await compare(quotedPath, { readOurs: ours, splitPlainly: ours }, log)
      return [
        {
          name: 'rows split',
          value: plain.readOurs.rowsPerSecond,
          unit: 'rows/s',
          least: 312_000,
          baseline: plain.splitPlainly.rowsPerSecond,
        },
        {
          name: 'rows split, every cell quoted',
          value: quoted.readOurs.rowsPerSecond,
          unit: 'rows/s',
          least: 312_000,
          baseline: quoted.splitPlainly.rowsPerSecond,
        },
        {
          name: 'peak memory',
          value: plain.readOurs.peakMiB,
          unit: 'MiB',
          most: 200,
          baseline: plain.splitPlainly.peakMiB,
        },
      ]
    }),
}

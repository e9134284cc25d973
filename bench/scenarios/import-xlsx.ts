import { join } from 'node:path'
import type { Scenario } from '../scenario.ts'
import { compare, exceljs, make, ours, withFolder } from './read-sheets.ts'

export const importXlsx: Scenario = {
  name: 'import-xlsx',
  what: 'Reads an XLSX of 100,000 rows × 31 columns from disk. Baseline: the streaming reader of exceljs.',
  run: ({ scale, log }) =>
    withFolder(async (folder) => {
      const path = join(folder, 'households.xlsx')
      await make(exceljs, 'makeXlsx', path, [Math.round(100_000 * scale)], log)
      const { readOurs, readExceljs } = await compare(path, { readOurs: ours, readExceljs: exceljs }, log)
      return [
        {
          name: 'rows read',
          value: readOurs.rowsPerSecond,
          unit: 'rows/s',
          least: 75_000,
          baseline: readExceljs.rowsPerSecond,
        },
        { name: 'peak memory', value: readOurs.peakMiB, unit: 'MiB', most: 200, baseline: readExceljs.peakMiB },
      ]
    }),
}

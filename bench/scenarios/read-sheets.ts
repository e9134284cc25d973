import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inChild } from '../child.ts'
import { median } from '../scenario.ts'
import type { Counted } from './sheet-work.ts'

/** Where the work is: ours, and what it is compared with. */
export const ours = new URL('./sheet-work.ts', import.meta.url)
export const exceljs = new URL('./exceljs-work.ts', import.meta.url)
const ROUNDS = 3

/** How fast a file was read, and with how much memory. */
export type Reading = { rowsPerSecond: number; peakMiB: number }

/** Gives a folder for the files of a measurement and removes it afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fourbeams-bench-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Makes a file in a process of its own and says how large it became. */
export async function make(
  module: URL,
  task: string,
  path: string,
  args: readonly unknown[],
  log: (line: string) => void,
): Promise<void> {
  const { seconds } = await inChild(module, task, [path, ...args])
  log(`made ${(await stat(path)).size >> 20} MiB in ${seconds.toFixed(1)} s`)
}

/**
 * Lets every reader read the file in turn, some rounds long, each in a process of its own, and gives the middle
 * figures by reader. Readers that do not find the same rows and cells are no comparison: then it throws.
 */
export async function compare<Reader extends string>(
  path: string,
  modules: Readonly<Record<Reader, URL>>,
  log: (line: string) => void,
): Promise<Record<Reader, Reading>> {
  const readers = Object.keys(modules) as Reader[]
  const rates = new Map<Reader, Reading[]>(readers.map((reader) => [reader, []]))
  let expected: string | undefined
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of readers) {
      const { result, seconds, peakMiB } = await inChild<Counted>(modules[reader], reader, [path])
      expected ??= JSON.stringify(result)
      if (JSON.stringify(result) !== expected)
        throw new Error(`${reader} found ${JSON.stringify(result)}, not ${expected}.`)
      rates.get(reader)!.push({ rowsPerSecond: result.rows / seconds, peakMiB })
      log(`${reader}: ${result.rows} rows in ${seconds.toFixed(2)} s, peak ${Math.round(peakMiB)} MiB`)
    }
  }
  const middle = (readings: Reading[]): Reading => ({
    rowsPerSecond: median(readings.map(({ rowsPerSecond }) => rowsPerSecond)),
    peakMiB: median(readings.map(({ peakMiB }) => peakMiB)),
  })
  return Object.fromEntries([...rates].map(([reader, readings]) => [reader, middle(readings)])) as Record<
    Reader,
    Reading
  >
}

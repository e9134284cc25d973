import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { Problem } from '../kernel/problem.ts'

/** `csv` or `xlsx`, by the name of a file. */
export function formatOf(file: string): 'csv' | 'xlsx' {
  if (/\.csv$/i.test(file)) return 'csv'
  if (/\.xlsx$/i.test(file)) return 'xlsx'
  throw new InvalidArgumentError('The file must end in .csv or .xlsx.')
}

/** A file name that says which spreadsheet it will be; refuses any other. */
export function spreadsheetName(file: string): string {
  formatOf(file)
  return file
}

/** A whole number of an option, within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`)
  }
}

/** The codes of an option that takes several, separated by commas. */
export function codes(text: string | undefined): string[] | undefined {
  return text?.split(',').filter(Boolean)
}

/** Refuses a file that cannot be read, before anything is begun with it. */
export async function demandReadable(file: string): Promise<void> {
  await refusing('file.not-readable', file, async () => {
    if ((await stat(file)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    await access(file, constants.R_OK)
  })
}

/** Refuses a file whose folder is not there or takes no files. */
export async function demandWritable(file: string): Promise<void> {
  await refusing('file.not-writable', file, () => access(dirname(resolve(file)), constants.W_OK))
}

async function refusing(
  code: 'file.not-readable' | 'file.not-writable',
  file: string,
  look: () => Promise<void>,
): Promise<void> {
  try {
    await look()
  } catch (error) {
    const why = (error as { code?: unknown }).code
    if (typeof why !== 'string') throw error
    throw new Problem(code, { name: basename(file), why })
  }
}

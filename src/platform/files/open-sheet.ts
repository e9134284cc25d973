import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Problem } from '../../kernel/problem.ts'
import { openCsv } from './csv.ts'
import { type Sheet, type SheetLimits, sheetLimits } from './sheet.ts'
import { openXlsx } from './xlsx.ts'

/**
 * Opens a spreadsheet on disk for reading. What it is is found in its bytes; its name is not believed. Nothing is
 * copied: the file must stay where it is until its rows have been read.
 *
 * @param options.sheet the sheet of a workbook to read; without it the first that is not hidden
 * @param options.limits limits to change, see `SheetLimits`
 * @throws Problem `file.*`: every file that is no readable spreadsheet is refused with one of them
 */
export async function openSheet(
  path: string,
  options: { sheet?: string; limits?: Partial<SheetLimits> } = {},
): Promise<Sheet> {
  const limits = { ...sheetLimits, ...options.limits }
  const head = await readHead(path)
  if (head.length === 0) throw new Problem('file.empty')
  // Old .xls files, and .xlsx files with a password, are both containers of this kind.
  if (head.equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'))) throw new Problem('file.protected')
  if (head.toString('latin1', 0, 2) === 'PK' && isZipMark(head)) return openXlsx(path, options.sheet, limits)
  return openCsv(path, limits)
}

function isZipMark(head: Buffer): boolean {
  const mark = head.toString('latin1', 2, 4)
  return mark === '\x03\x04' || mark === '\x05\x06'
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string') throw error
    throw new Problem('file.not-readable', { name: basename(path), why: code })
  }
}

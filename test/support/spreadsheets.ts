import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { Problem } from '../../src/kernel/problem.ts'
import { openSheet } from '../../src/platform/files/open-sheet.ts'
import type { CellNote, Sheet } from '../../src/platform/files/sheet.ts'

/** A folder for the files of one test file; removed at its end. Returns a function that writes one and gives its path. */
export function scratch(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'fourbeams-files-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name, content) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
}

export type Read = { sheet?: Sheet; rows: string[][]; numbers: number[]; notes: CellNote[]; problem?: Problem }

/** Reads a whole file. A Problem is part of the answer, with the rows before it; any other error is thrown. */
export async function readSheet(path: string, options: Parameters<typeof openSheet>[1] = {}): Promise<Read> {
  const read: Read = { rows: [], numbers: [], notes: [] }
  try {
    read.sheet = await openSheet(path, options)
    for await (const batch of read.sheet.rows()) {
      read.rows.push(...batch.rows)
      read.numbers.push(...batch.numbers)
      read.notes.push(...(batch.notes ?? []))
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    read.problem = error
  }
  return read
}

/** What a test may falsify about one part of an archive. */
export type PartLies = { size?: number; crc?: number; flags?: number; method?: number; packed?: number }

/** A zip archive of parts, in the given order; `lies` falsifies what its directory says. */
export function zipOf(parts: Record<string, string | Buffer>, lies: Record<string, PartLies> = {}): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const { method = 8, size = bytes.length, crc = crc32(bytes), flags = 0x800 } = lies[name] ?? {}
    const body = method === 8 ? deflateRawSync(bytes) : bytes
    const packed = lies[name]?.packed ?? body.length
    const nameBytes = Buffer.from(name)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(method, 8)
    header.writeUInt16LE(nameBytes.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt16LE(method, 10)
    entry.writeUInt32LE(crc, 16)
    entry.writeUInt32LE(packed, 20)
    entry.writeUInt32LE(size, 24)
    entry.writeUInt16LE(nameBytes.length, 28)
    entry.writeUInt32LE(offset, 42)
    bodies.push(header, nameBytes, body)
    directory.push(entry, nameBytes)
    offset += 30 + nameBytes.length + body.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, list, end])
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** The parts of a workbook with one sheet, whose rows are given as XML; any part can be replaced, or left out by ''. */
export function workbookParts(
  rows: string,
  more: { texts?: string; styles?: string; after?: string; before?: string; workbook?: string; sheet?: string } = {},
): Record<string, string> {
  const parts: Record<string, string> = {
    '_rels/.rels': `${head}<Relationships><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml':
      more.workbook ??
      `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${relations}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': more.styles ?? '',
    'xl/sharedStrings.xml': more.texts === undefined ? '' : `${head}<sst xmlns="${main}">${more.texts}</sst>`,
    'xl/worksheets/sheet1.xml':
      more.sheet ??
      `${head}<worksheet xmlns="${main}">${more.before ?? ''}<sheetData>${rows}</sheetData>${more.after ?? ''}</worksheet>`,
  }
  return Object.fromEntries(Object.entries(parts).filter(([, content]) => content !== ''))
}

/** A whole workbook as `workbookParts` describes it. */
export function workbook(rows: string, more: Parameters<typeof workbookParts>[1] = {}): Buffer {
  return zipOf(workbookParts(rows, more))
}

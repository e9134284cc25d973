import { isAscii, isUtf8 } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import { Problem } from '../../kernel/problem.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'

/** How many well-formed characters beyond ASCII make it certain that a text was meant to be UTF-8. */
const CERTAIN = 10
const CHUNK = 1024 * 1024

/**
 * Finds the encoding of a text by reading all of it once: a mark at the beginning decides; else UTF-8 if every byte
 * fits, else GB18030 if every byte fits. The whole file is looked at because the first name that is not ASCII may
 * stand anywhere, and a wrong guess would change names silently.
 *
 * Throws `file.nul-byte`, or `file.unknown-encoding` with byte (from 0) and line (from 1) of the first misfit.
 */
export async function findEncoding(file: FileHandle): Promise<{ encoding: Encoding; markBytes: number }> {
  const head = Buffer.alloc(3)
  await file.read(head, 0, 3, 0)
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 }
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  const utf8 = await firstMisfit(file, 'utf-8')
  if (utf8.at < 0) return { encoding: 'utf-8', markBytes: marked ? 3 : 0 }
  // One damaged byte must not turn a UTF-8 file into thousands of wrong names.
  if (marked || utf8.wide >= CERTAIN) throw await unknownEncoding(file, utf8.at)
  const gb = await firstMisfit(file, 'gb18030')
  if (gb.at < 0) return { encoding: 'gb18030', markBytes: 0 }
  // The encoding that fitted longer is more likely the one that was meant.
  throw await unknownEncoding(file, Math.max(utf8.at, gb.at))
}

/** The refusal of a byte that no encoding explains, with the line it stands in. */
export async function unknownEncoding(file: FileHandle, byte: number): Promise<Problem> {
  return new Problem('file.unknown-encoding', { byte, line: await lineOf(file, byte) })
}

/** The refusal of a zero, which no text has and no database takes. */
export async function nulByte(file: FileHandle, byte: number): Promise<Problem> {
  return new Problem('file.nul-byte', { byte, line: await lineOf(file, byte) })
}

/** Position of the first byte that does not fit, or -1; `wide` counts (up to a few) characters beyond ASCII before it. */
async function firstMisfit(file: FileHandle, encoding: 'utf-8' | 'gb18030'): Promise<{ at: number; wide: number }> {
  const buffer = Buffer.allocUnsafe(CHUNK + 4)
  let kept = 0
  let start = 0
  let wide = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, kept, CHUNK, start + kept)
    const chunk = buffer.subarray(0, kept + bytesRead)
    if (chunk.length === 0) return { at: -1, wide }
    const nul = chunk.indexOf(0)
    if (nul >= 0) throw await nulByte(file, start + nul)
    const last = bytesRead === 0
    let good = chunk.length
    if (!isAscii(chunk)) {
      // Valid as a whole is the usual case and is checked by the machine's vector instructions.
      const scan = encoding === 'utf-8' && isUtf8(chunk) ? countWide(chunk, CERTAIN - wide) : walk(chunk, encoding)
      wide += scan.wide
      good = scan.good
      const cutShort = chunk.length - good < 4 && !last && scan.cut
      if (good < chunk.length && !cutShort) return { at: start + good, wide }
    }
    if (last) return { at: -1, wide }
    kept = chunk.length - good
    buffer.copyWithin(0, good, chunk.length)
    start += good
  }
}

type Scan = { good: number; wide: number; cut: boolean }

function countWide(chunk: Buffer, enough: number): Scan {
  let wide = 0
  for (let i = 0; i < chunk.length && wide < enough; i++) if (chunk[i]! >= 0xc0) wide++
  return { good: chunk.length, wide, cut: false }
}

/** Walks characters to the first that does not fit; `cut` says that it would fit if the chunk did not end there. */
function walk(chunk: Buffer, encoding: 'utf-8' | 'gb18030'): Scan {
  const size = encoding === 'utf-8' ? sizeInUtf8 : sizeInGb18030
  let wide = 0
  let i = 0
  while (i < chunk.length) {
    if (chunk[i]! < 0x80) {
      i++
      continue
    }
    const bytes = size(chunk, i)
    if (bytes <= 0) return { good: i, wide, cut: bytes < 0 }
    wide++
    i += bytes
  }
  return { good: i, wide, cut: false }
}

/** Bytes of the character at `i`; 0 when it does not fit, -1 when the chunk ends inside it. */
function sizeInUtf8(chunk: Buffer, i: number): number {
  const lead = chunk[i]!
  const size =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  for (let k = 1; k < size; k++) {
    if (i + k >= chunk.length) return -1
    // The second byte has a narrower range after these leads: overlong forms, surrogates, beyond the last character.
    const low = k === 1 && lead === 0xe0 ? 0xa0 : k === 1 && lead === 0xf0 ? 0x90 : 0x80
    const high = k === 1 && lead === 0xed ? 0x9f : k === 1 && lead === 0xf4 ? 0x8f : 0xbf
    if (chunk[i + k]! < low || chunk[i + k]! > high) return 0
  }
  return size
}

function sizeInGb18030(chunk: Buffer, i: number): number {
  const inRange = (at: number, low: number, high: number) => chunk[at]! >= low && chunk[at]! <= high
  if (!inRange(i, 0x81, 0xfe)) return 0
  if (i + 1 >= chunk.length) return -1
  if (inRange(i + 1, 0x40, 0x7e) || inRange(i + 1, 0x80, 0xfe)) return 2
  if (!inRange(i + 1, 0x30, 0x39)) return 0
  if (i + 2 >= chunk.length) return -1
  if (!inRange(i + 2, 0x81, 0xfe)) return 0
  if (i + 3 >= chunk.length) return -1
  return inRange(i + 3, 0x30, 0x39) ? 4 : 0
}

/** The line (from 1) in which a byte stands. Called for a refusal only, so it may read the file again. */
async function lineOf(file: FileHandle, byte: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK)
  let feeds = 0
  let returns = 0
  for (let start = 0; start < byte; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, byte - start), start)
    if (bytesRead === 0) break
    for (let i = 0; i < bytesRead; i++) {
      if (buffer[i] === 0x0a) feeds++
      else if (buffer[i] === 0x0d) returns++
    }
    start += bytesRead
  }
  return 1 + (feeds > 0 ? feeds : returns)
}

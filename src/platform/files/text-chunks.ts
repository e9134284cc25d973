import { open } from 'node:fs/promises'
import { type Encoding, nulByte, unknownEncoding } from './text-encoding.ts'

/**
 * A piece of a text that ends with a line end; only the last piece of a file may end without one. `tooLong` stands
 * for a line that is longer than the limit and was therefore not read.
 */
export type TextChunk = { readonly text: string; readonly tooLong: boolean }

const CHUNK = 64 * 1024

/**
 * Reads a file as text, from byte `start` on, in pieces of about 64 KiB cut behind a line end. The cut is made in
 * the bytes, where a line end can never be half a character, so that no piece has to be joined with the next one.
 * While a piece is worked on, the next is read from the disk. Memory: one buffer of a piece and a line. Throws
 * `file.unknown-encoding`, `file.nul-byte`.
 */
export async function* textChunks(
  path: string,
  encoding: Encoding,
  start: number,
  lineBytes: number,
): AsyncGenerator<TextChunk> {
  const file = await open(path)
  try {
    const decode = decoder(encoding)
    const wide = encoding === 'utf-16le' || encoding === 'utf-16be'
    const buffer = Buffer.allocUnsafe(lineBytes + CHUNK)
    let kept = 0
    let position = start
    const readOn = () => {
      const reading = file.read(buffer, kept, CHUNK, position)
      // A failure is met where the bytes are awaited, if they ever are.
      reading.catch(() => {})
      return reading
    }
    let next = readOn()
    for (;;) {
      const { bytesRead } = await next
      position += bytesRead
      const filled = kept + bytesRead
      if (bytesRead === 0 && filled === 0) return
      const cut = bytesRead === 0 ? filled : afterLastLine(buffer, filled, encoding)
      if (cut === 0) {
        kept = filled
        if (kept > lineBytes) {
          yield { text: '', tooLong: true }
          return
        }
        next = readOn()
        continue
      }
      const text = decode(buffer.subarray(0, cut))
      if (text === undefined) throw await unknownEncoding(file, position - filled + misfit(buffer, cut, decode))
      // In 8 bits zeros were looked for before; in 16 bits they are half of every Latin letter.
      const nul = wide ? text.indexOf('\0') : -1
      if (nul >= 0) throw await nulByte(file, position - filled + nul * 2)
      buffer.copyWithin(0, cut, filled)
      kept = filled - cut
      const last = bytesRead === 0
      if (!last) next = readOn()
      yield { text, tooLong: false }
      if (last) return
    }
  } finally {
    await file.close()
  }
}

/** Where the last line end of the buffer ends, or 0. A carriage return at the very end may still be half of a pair. */
function afterLastLine(buffer: Buffer, filled: number, encoding: Encoding): number {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const low = encoding === 'utf-16le' ? 0 : 1
    const even = filled & ~1
    let plainReturn = 0
    for (let i = even - 2; i >= 0; i -= 2) {
      if (buffer[i + 1 - low] !== 0) continue
      if (buffer[i + low] === 0x0a) return i + 2
      if (buffer[i + low] === 0x0d && plainReturn === 0 && i < even - 2) plainReturn = i + 2
    }
    return plainReturn
  }
  const feed = buffer.lastIndexOf(0x0a, filled - 1)
  if (feed >= 0) return feed + 1
  return filled < 2 ? 0 : buffer.lastIndexOf(0x0d, filled - 2) + 1
}

type Decode = (bytes: Buffer) => string | undefined

/** A function from bytes to text, or to undefined when the bytes are not of this encoding. */
function decoder(encoding: Encoding): Decode {
  // `findEncoding` has looked at every byte already.
  if (encoding === 'utf-8') return (bytes) => bytes.toString('utf8')
  if (encoding === 'gb18030') {
    const gb = new TextDecoder('gb18030', { fatal: true })
    return (bytes) => {
      try {
        return gb.decode(bytes)
      } catch {
        return undefined
      }
    }
  }
  return (bytes) => {
    if (bytes.length % 2 === 1) return undefined
    const text = (encoding === 'utf-16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le')
    return text.isWellFormed() ? text : undefined
  }
}

/** The position of the first line that cannot be decoded; used for a refusal only. */
function misfit(buffer: Buffer, cut: number, decode: Decode): number {
  let from = 0
  while (from < cut) {
    let to = buffer.indexOf(0x0a, from) + 1
    if (to === 0 || to > cut) to = cut
    if (decode(buffer.subarray(from, to)) === undefined) return from
    from = to
  }
  return 0
}

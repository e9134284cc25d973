import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { Problem } from '../../kernel/problem.ts'
import type { SheetLimits } from './sheet.ts'

/** One part of an archive, as its directory describes it. Sizes in bytes. */
export type ZipPart = {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly packed: number
  readonly size: number
  readonly crc: number
  /** Where the part's own header begins in the file. */
  readonly offset: number
}

const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const DIRECTORY = 0x02014b50
const PART = 0x04034b50
const DIRECTORY_LIMIT = 16 * 1024 * 1024
const CHUNK = 256 * 1024
const IN_DIRECTORY = 'zip'

/**
 * Reads the directory at the end of a zip archive; nothing is inflated. Refuses what looks like a bomb by the declared
 * sizes, and parts that claim more bytes than the file has (the trick of bombs that share their bytes). Names are only
 * looked up, never written to, so `..` in them is harmless.
 *
 * Throws `file.damaged`, `file.inflates-too-far`.
 */
export async function readZip(path: string, limits: SheetLimits): Promise<Map<string, ZipPart>> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { at, bytes, count } = await findDirectory(file, size)
    if (bytes > DIRECTORY_LIMIT || count > limits.parts) throw new Problem('file.inflates-too-far')
    if (at + bytes > size) throw damaged(IN_DIRECTORY)
    const parts = readDirectory(await readAt(file, at, bytes), count)
    let total = 0
    let packed = 0
    for (const part of parts.values()) {
      total += part.size
      packed += part.packed
      const dense = part.size > limits.ratioFromBytes && part.size > part.packed * limits.ratio
      if (dense || total > limits.inflatedBytes) throw new Problem('file.inflates-too-far')
    }
    if (packed > size) throw damaged(IN_DIRECTORY)
    return parts
  } finally {
    await file.close()
  }
}

/**
 * The bytes of a part, inflated piece by piece. Stops as soon as there are more than the directory declares, and at
 * the end compares length and checksum, so that a changed byte is never taken for data.
 *
 * Throws `file.damaged` with the part's name, `file.protected` for an encrypted part.
 */
export async function* inflate(path: string, part: ZipPart): AsyncGenerator<Buffer> {
  if (part.encrypted) throw new Problem('file.protected')
  if (part.method !== 0 && part.method !== 8) throw damaged(part.name)
  if (part.packed === 0) {
    if (part.size > 0) throw damaged(part.name)
    return
  }
  const file = await open(path)
  try {
    const header = await readAt(file, part.offset, 30)
    if (header.readUInt32LE(0) !== PART) throw damaged(part.name)
    const start = part.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const packed = file.createReadStream({
      start,
      end: start + part.packed - 1,
      autoClose: false,
      highWaterMark: CHUNK,
    })
    const inflater = part.method === 8 ? createInflateRaw({ chunkSize: CHUNK }) : undefined
    if (inflater) packed.on('error', (error) => inflater.destroy(error)).pipe(inflater)
    let size = 0
    let crc = 0
    try {
      for await (const piece of (inflater ?? packed) as AsyncIterable<Buffer>) {
        size += piece.length
        if (size > part.size) throw damaged(part.name)
        crc = crc32(piece, crc)
        yield piece
      }
    } catch (error) {
      throw isOfZlib(error) ? damaged(part.name) : error
    } finally {
      packed.destroy()
      inflater?.destroy()
    }
    if (size !== part.size || crc !== part.crc) throw damaged(part.name)
  } finally {
    await file.close()
  }
}

/** All bytes of a part that must be small. Throws `file.inflates-too-far` when it is larger than `limit`. */
export async function inflateAll(path: string, part: ZipPart, limit: number): Promise<Buffer> {
  if (part.size > limit) throw new Problem('file.inflates-too-far')
  const pieces: Buffer[] = []
  for await (const piece of inflate(path, part)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The refusal of a damaged archive; `part` names where. */
export function damaged(part: string): Problem {
  return new Problem('file.damaged', { part })
}

function isOfZlib(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && code.startsWith('Z_')
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  const { bytesRead } = await file.read(buffer, 0, bytes, at)
  if (bytesRead < bytes) throw damaged(IN_DIRECTORY)
  return buffer
}

/** Finds the directory through the record at the end of the file, which may be followed by a comment. */
async function findDirectory(file: FileHandle, size: number): Promise<{ at: number; bytes: number; count: number }> {
  const tailBytes = Math.min(size, 22 + 0xffff)
  const tail = await readAt(file, size - tailBytes, tailBytes)
  for (let i = tail.length - 22; i >= 0; i--) {
    if (tail.readUInt32LE(i) !== END || i + 22 + tail.readUInt16LE(i + 20) > tail.length) continue
    const [count, bytes, at] = [tail.readUInt16LE(i + 10), tail.readUInt32LE(i + 12), tail.readUInt32LE(i + 16)]
    if (count !== 0xffff && bytes !== 0xffffffff && at !== 0xffffffff) return { at, bytes, count }
    if (i < 20 || tail.readUInt32LE(i - 20) !== LOCATOR_64) return { at, bytes, count }
    const recordAt = safe(tail.readBigUInt64LE(i - 12))
    if (recordAt + 56 > size) throw damaged(IN_DIRECTORY)
    const record = await readAt(file, recordAt, 56)
    if (record.readUInt32LE(0) !== END_64) throw damaged(IN_DIRECTORY)
    return {
      at: safe(record.readBigUInt64LE(48)),
      bytes: safe(record.readBigUInt64LE(40)),
      count: safe(record.readBigUInt64LE(32)),
    }
  }
  throw damaged(IN_DIRECTORY)
}

function readDirectory(directory: Buffer, count: number): Map<string, ZipPart> {
  const parts = new Map<string, ZipPart>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY) throw damaged(IN_DIRECTORY)
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    const next = extraEnd + directory.readUInt16LE(at + 32)
    if (next > directory.length) throw damaged(IN_DIRECTORY)
    const flags = directory.readUInt16LE(at + 8)
    const name = directory.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8', at + 46, nameEnd)
    const [packed, size, offset] = longSizes(
      directory.subarray(nameEnd, extraEnd),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 42),
    )
    parts.set(name.replaceAll('\\', '/'), {
      name,
      method: directory.readUInt16LE(at + 10),
      encrypted: (flags & 1) === 1,
      packed,
      size,
      crc: directory.readUInt32LE(at + 16),
      offset,
    })
    at = next
  }
  return parts
}

/** Sizes beyond 4 GiB stand in an extra field, in this order, only those that did not fit. */
function longSizes(extra: Buffer, packed: number, size: number, offset: number): [number, number, number] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) {
      let i = at + 4
      const long = (short: number) => {
        if (short !== 0xffffffff) return short
        if (i + 8 > end || end > extra.length) throw damaged(IN_DIRECTORY)
        i += 8
        return safe(extra.readBigUInt64LE(i - 8))
      }
      const longSize = long(size)
      const longPacked = long(packed)
      return [longPacked, longSize, long(offset)]
    }
    at = end
  }
  return [packed, size, offset]
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(IN_DIRECTORY)
  return Number(value)
}

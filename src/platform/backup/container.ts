import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import { Problem } from '../../kernel/problem.ts'

/**
 * The file of a backup: magic · length and JSON of the header · parts · JSON and length of the trailer · SHA-256 of
 * everything before. A part is a row of pieces, each with its length in front, and ends with a length of zero. Lengths
 * are 32 bits, big-endian. The digest stands last because the file is written once, from beginning to end.
 */
export const FORMAT = 1

const MAGIC = Buffer.from('FOURBEAMS BACKUP')
const DIGEST_BYTES = 32
/** No piece, header or trailer of ours is longer; a length above it is damage, not a reason to ask for memory. */
const LONGEST = 64 * 2 ** 20

const headerShape = z.object({
  format: z.literal(FORMAT),
  version: z.string(),
  createdAt: z.string(),
  pack: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
})

const trailerShape = z.object({
  /** In the order of the header: rows, and the SHA-256 of the rows in text form by primary key. */
  tables: z.array(z.object({ name: z.string(), rows: z.number(), sha256: z.string() })),
  files: z.array(z.object({ sha256: z.string(), bytes: z.number() })),
})

export type BackupHeader = z.infer<typeof headerShape>
export type BackupTrailer = z.infer<typeof trailerShape>

export type BackupWriter = {
  /** Writes the pieces as one part. */
  part(pieces: AsyncIterable<Buffer>): Promise<void>
  /** Writes trailer and digest, and puts the file on the disk. */
  end(trailer: BackupTrailer): Promise<{ sha256: string; bytes: number }>
}

/** Begins a backup in an open, empty file. */
export async function writeBackup(file: FileHandle, header: BackupHeader): Promise<BackupWriter> {
  const hash = createHash('sha256')
  let bytes = 0
  const write = async (piece: Buffer) => {
    hash.update(piece)
    bytes += piece.length
    // A write to a full disk may take a part only.
    for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten
  }
  const json = Buffer.from(JSON.stringify(header))
  await write(Buffer.concat([MAGIC, length(json.length), json]))
  return {
    async part(pieces) {
      for await (const piece of pieces) {
        if (piece.length === 0) continue
        await write(length(piece.length))
        await write(piece)
      }
      await write(length(0))
    },
    async end(trailer) {
      const last = Buffer.from(JSON.stringify(trailer))
      await write(Buffer.concat([last, length(last.length)]))
      const digest = hash.digest()
      await file.write(digest)
      await file.sync()
      return { sha256: digest.toString('hex'), bytes: bytes + DIGEST_BYTES }
    },
  }
}

export type BackupReader = {
  readonly header: BackupHeader
  readonly trailer: BackupTrailer
  /** The pieces of the next part. Read each to its end before the next. */
  part(): AsyncGenerator<Buffer>
  close(): Promise<void>
}

/**
 * Opens a backup and verifies it wholly: nothing of it is used before its digest has been recomputed.
 * @param progress told how many bytes of how many are read
 * @throws Problem `backup.unreadable`, `backup.not-one`, `backup.damaged`, `backup.newer` (of a later format)
 */
export async function readBackup(path: string, progress: (done: number, total: number) => void): Promise<BackupReader> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new Problem('backup.unreadable', { path, detail: error.message })
  })
  try {
    const damaged = () => new Problem('backup.damaged', { path })
    const read = async (position: number, count: number) => {
      const piece = Buffer.allocUnsafe(count)
      for (let done = 0; done < count; ) {
        const { bytesRead } = await file.read(piece, done, count - done, position + done)
        if (bytesRead === 0) throw damaged()
        done += bytesRead
      }
      return piece
    }
    const stat = await file.stat()
    if (!stat.isFile()) throw new Problem('backup.not-one', { path })
    const start = await read(0, Math.min(MAGIC.length, stat.size))
    if (!start.equals(MAGIC)) throw new Problem('backup.not-one', { path })
    const end = stat.size - DIGEST_BYTES
    if (end < MAGIC.length + 8) throw damaged()
    const hash = createHash('sha256')
    for (let at = 0; at < end; at += 2 ** 20) {
      hash.update(await read(at, Math.min(2 ** 20, end - at)))
      progress(Math.min(at + 2 ** 20, end), end)
    }
    if (!hash.digest().equals(await read(end, DIGEST_BYTES))) throw damaged()

    const lengthAt = async (at: number) => {
      const count = (await read(at, 4)).readUInt32BE()
      if (count > LONGEST || at + 4 + count > end) throw damaged()
      return count
    }
    const headerLength = await lengthAt(MAGIC.length)
    const rawHeader = JSON.parse((await read(MAGIC.length + 4, headerLength)).toString())
    if (rawHeader.format > FORMAT) throw new Problem('backup.newer', { version: String(rawHeader.version) })
    const header = headerShape.parse(rawHeader)
    const trailerLength = (await read(end - 4, 4)).readUInt32BE()
    if (trailerLength > Math.min(LONGEST, end)) throw damaged()
    const trailer = trailerShape.parse(JSON.parse((await read(end - 4 - trailerLength, trailerLength)).toString()))

    let at = MAGIC.length + 4 + headerLength
    return {
      header,
      trailer,
      async *part() {
        for (;;) {
          const count = await lengthAt(at)
          at += 4
          if (count === 0) return
          yield await read(at, count)
          at += count
        }
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

function length(count: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}

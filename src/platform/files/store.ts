import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../kernel/problem.ts'

/** A file kept by its content: `sha256` in hex is its name, `bytes` its length, `path` where it lies. */
export type StoredFile = { readonly sha256: string; readonly bytes: number; readonly path: string }

/** How the names of files begin that are not taken in whole yet. */
export const UNFINISHED = 'incoming-'

/**
 * Keeps what a stream brings, under the name of its content, in the folder `files` of a home folder. The same content
 * is kept once. It is on the disk when the promise is fulfilled; until then it has a name that nobody looks up.
 *
 * @param options.limitBytes refuses more than this; the stream is then destroyed
 * @throws Problem `request.too-large`, or the error of the stream or the disk. Nothing is left over then.
 */
export async function storeFile(
  home: string,
  source: AsyncIterable<Uint8Array>,
  options: { limitBytes: number },
): Promise<StoredFile> {
  const folder = join(home, 'files')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, UNFINISHED + randomBytes(12).toString('hex'))
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const file = await open(unfinished, 'wx', 0o600)
    try {
      for await (const piece of source) {
        bytes += piece.length
        if (bytes > options.limitBytes) throw new Problem('request.too-large', { limit: readable(options.limitBytes) })
        hash.update(piece)
        // A write to a full disk may take a part only.
        for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const sha256 = hash.digest('hex')
    const path = pathOf(home, sha256)
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
    await rename(unfinished, path)
    await syncFolder(join(path, '..'))
    return { sha256, bytes, path }
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/**
 * Where a kept file lies and how long it is.
 * @throws Problem `request.not-found` when there is none, or when the name is not one of ours
 */
export async function getFile(home: string, sha256: string): Promise<StoredFile> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Problem('request.not-found')
  const path = pathOf(home, sha256)
  try {
    return { sha256, bytes: (await stat(path)).size, path }
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') throw new Problem('request.not-found')
    throw error
  }
}

/** The content of a kept file as a stream. Throws as `getFile` does. */
export async function openFile(home: string, sha256: string): Promise<ReadStream> {
  return createReadStream((await getFile(home, sha256)).path)
}

/** Removes a kept file; nothing happens when there is none. */
export async function removeFile(home: string, sha256: string): Promise<void> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Problem('request.not-found')
  await rm(pathOf(home, sha256), { force: true })
}

/**
 * A name that somebody gave a file, fit to be shown and sent in a header: no folders, no control characters, none of
 * the marks that turn the direction of writing (they make `exe.xlsx` of `xslx.exe`), at most 120 characters.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029"<>:|?*]/gu, '')
    .replace(/^[\s.]+/, '')
    .trim()
  const characters = [...clean]
  if (characters.length <= 120) return clean || 'file'
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(clean)?.[0] ?? ''
  return characters.slice(0, 120 - ending.length).join('') + ending
}

function pathOf(home: string, sha256: string): string {
  // Folders of 256 parts, so that none grows to a million files.
  return join(home, 'files', sha256.slice(0, 2), sha256.slice(2))
}

/** Without this a power cut may forget the name although the content is on the disk. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function readable(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${Number(value.toFixed(1))} ${units[unit]}`
}

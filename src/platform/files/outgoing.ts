import { createReadStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Folder of a home folder with the files behind downloads under way. */
export const OUTGOING = 'outgoing'

/**
 * Writes a file in the folder `outgoing` of a home folder and gives it back as a stream; it is gone when it has been
 * read, or when writing it failed. `name` must be unique, such as the request's id.
 * @returns the stream, and what `write` returned
 */
export async function throughFile<T>(
  home: string,
  name: string,
  write: (path: string) => Promise<T>,
): Promise<{ content: Readable; result: T }> {
  const folder = join(home, OUTGOING)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  try {
    const result = await write(path)
    const content = createReadStream(path)
    content.once('close', () => rm(path, { force: true }))
    return { content, result }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

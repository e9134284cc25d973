import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inChild } from '../child.ts'

export type Driven = {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly bytes: number
}

/** Asks for addresses from a process of its own, some at a time, and tells how fast the answers came (ms). */
export async function drive(urls: readonly string[], cookie: string, atOnce: number): Promise<Driven> {
  // More addresses than fit a command line.
  const folder = await mkdtemp(join(tmpdir(), 'fourbeams-drive-'))
  try {
    const path = join(folder, 'urls.json')
    await writeFile(path, JSON.stringify(urls))
    return (await inChild<Driven>(new URL('./drive-work.ts', import.meta.url), 'requests', [path, cookie, atOnce]))
      .result
  } finally {
    await rm(folder, { recursive: true })
  }
}

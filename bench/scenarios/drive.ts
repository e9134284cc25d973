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
  return (await inChild<Driven>(new URL('./drive-work.ts', import.meta.url), 'requests', [urls, cookie, atOnce])).result
}

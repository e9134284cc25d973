import { readFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import type { Driven } from './drive.ts'

/** Asks for the addresses in a file with a keep-alive agent, `atOnce` at a time. */
export async function requests(path: string, cookie: string, atOnce: number): Promise<Driven> {
  const urls = JSON.parse(await readFile(path, 'utf8')) as string[]
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const times: number[] = []
  let next = 0
  let bytes = 0
  const one = (url: string) =>
    new Promise<void>((resolve, reject) => {
      const begun = performance.now()
      get(url, { agent, headers: { cookie } }, (reply) => {
        if (reply.statusCode !== 200) return reject(new Error(`${url} answered ${reply.statusCode}`))
        reply.on('data', (piece: Buffer) => {
          bytes += piece.length
        })
        reply.on('end', () => {
          times.push(performance.now() - begun)
          resolve()
        })
      }).on('error', reject)
    })
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < urls.length) await one(urls[next++]!)
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  return { perSecond: urls.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), bytes }
}

import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Driven } from './drive.ts'

/**
 * Asks for the addresses in a file over `atOnce` connections that stay open, each asking when it has its answer. Sockets
 * and a reader of lengths instead of an HTTP client: the client of Node takes as much of a machine as the server that is
 * measured. Every answer must be 200 and hold something.
 */
export async function requests(path: string, cookie: string, atOnce: number): Promise<Driven> {
  const urls = (JSON.parse(await readFile(path, 'utf8')) as string[]).map((url) => new URL(url))
  const times: number[] = []
  let next = 0
  let bytes = 0

  const line = () =>
    new Promise<void>((resolve, reject) => {
      if (next >= urls.length) return resolve()
      const { hostname, port } = urls[next]!
      const socket = connect({ host: hostname, port: Number(port), noDelay: true })
      let held: Buffer[] = []
      let have = 0
      let need = 0
      let begun = 0
      let asked: URL
      const ask = () => {
        if (next >= urls.length) {
          socket.destroy()
          return resolve()
        }
        asked = urls[next++]!
        begun = performance.now()
        socket.write(
          `GET ${asked.pathname}${asked.search} HTTP/1.1\r\nhost: ${asked.host}\r\ncookie: ${cookie}\r\n\r\n`,
        )
      }
      const fail = (why: string) => {
        socket.destroy()
        reject(new Error(`${asked} ${why}`))
      }
      socket.on('connect', ask)
      socket.on('error', reject)
      socket.on('end', () => fail('ended early'))
      socket.on('data', (piece) => {
        held.push(piece)
        have += piece.length
        if (need === 0) {
          const start = held.length === 1 ? piece : Buffer.concat(held)
          const head = start.indexOf('\r\n\r\n')
          if (head < 0) return
          const text = start.toString('latin1', 0, head)
          if (!text.startsWith('HTTP/1.1 200 ')) return fail(`answered ${text.slice(0, text.indexOf('\r'))}`)
          const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0)
          if (length < 3) return fail('answered nothing')
          bytes += length
          need = head + 4 + length
        }
        if (have < need) return
        if (have > need) return fail('answered more than it said')
        times.push(performance.now() - begun)
        held = []
        have = 0
        need = 0
        ask()
      })
    })

  const begun = performance.now()
  await Promise.all(Array.from({ length: atOnce }, line))
  const seconds = (performance.now() - begun) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  return { perSecond: urls.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), bytes }
}

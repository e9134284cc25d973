import { inflateRawSync } from 'node:zlib'
import { subtree, within } from '../../../src/kernel/place-code.ts'
import type { Contract } from '../../../src/platform/http/contract.ts'
import type { TestHouse } from '../house.ts'
import type { Case } from './matrix.ts'
import type { Target } from './targets.ts'

export type Reply = { readonly status: number; readonly headers: Record<string, unknown>; readonly raw: Buffer }

/** Who asks: the two things a browser sends. */
export type Credentials = { readonly cookie?: string; readonly pageToken?: string }

/** Sends one case of a contract. */
export async function ask(house: TestHouse, contract: Contract, one: Case, who: Credentials): Promise<Reply> {
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(one.params?.[name])))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(one.query ?? {})) query.append(name, String(value))
  const boundary = 'walk'
  const upload = one.upload === undefined ? undefined : multipart(one.upload, boundary)
  const reply = await house.http.inject({
    method: contract.method,
    url: query.size > 0 ? `${path}?${query}` : path,
    headers: {
      'x-language': 'en',
      ...(who.cookie ? { cookie: who.cookie } : {}),
      ...(who.pageToken ? { 'x-page-token': who.pageToken } : {}),
      ...(upload ? { 'content-type': `multipart/form-data; boundary=${boundary}` } : {}),
    },
    ...(upload ? { payload: upload } : one.body === undefined ? {} : { payload: one.body as object }),
  })
  return { status: reply.statusCode, headers: reply.headers, raw: reply.rawPayload }
}

function multipart(content: string, boundary: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="walk.csv"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n--${boundary}--\r\n`
}

/** The text of an answer with its headers; a workbook is unpacked, so that nothing hides in it. */
export function textOf(reply: Reply): string {
  const parts = unzip(reply.raw)
  const body = parts ? [...parts].map(([name, bytes]) => `${name}\n${bytes.toString('utf8')}`).join('\n') : undefined
  return `${JSON.stringify(reply.headers)}\n${body ?? reply.raw.toString('utf8')}`.toLowerCase()
}

/** What of an answer may depend on whether a thing exists: all but its time and the address asked for. */
export function comparable(reply: Reply, asked: Case): unknown {
  const { date: _date, 'content-length': _length, ...headers } = reply.headers
  for (const name of Object.keys(headers)) if (name.startsWith('x-ratelimit')) delete headers[name]
  const disposition = headers['content-disposition']
  const place = asked.query?.place
  if (typeof disposition === 'string' && place !== undefined) {
    headers['content-disposition'] = disposition.replace(`-${place}.`, '-PLACE.')
  }
  const parts = unzip(reply.raw)
  const body = parts
    ? [...parts]
        .filter(([name]) => !name.startsWith('docProps/'))
        .map(([name, bytes]) => [name, bytes.toString('utf8')])
    : reply.raw.toString('utf8')
  return { status: reply.status, headers, body }
}

/** The secrets in an answer that somebody at a place may not read. Empty is good. */
export function leaks(reply: Reply, targets: readonly Target[], place: string | undefined, opens: boolean): string[] {
  const text = textOf(reply)
  const scope = place === undefined ? undefined : subtree(place)
  const covers = (code: string) => scope !== undefined && within(code, scope)
  return targets.flatMap((target) => [
    ...target.secrets.hamlet.filter((word) => !covers(target.hamlet) && text.includes(word)),
    ...target.secrets.ford.filter((word) => !covers(target.ford) && text.includes(word)),
    ...target.sealed.filter((word) => !(opens && covers(target.hamlet)) && text.includes(word)),
  ])
}

/** The parts of a zip archive by name, or nothing when the bytes are no archive. */
export function unzip(bytes: Buffer): Map<string, Buffer> | undefined {
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\u0003\u0004') return undefined
  const parts = new Map<string, Buffer>()
  const end = bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1')
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const method = bytes.readUInt16LE(at + 10)
    const packed = bytes.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = bytes.readUInt32LE(at + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = bytes.subarray(start, start + packed)
    parts.set(bytes.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(content) : content)
    at += 46 + name + extra + comment
  }
  return parts
}

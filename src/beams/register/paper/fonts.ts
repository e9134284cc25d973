import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflateSync } from 'node:zlib'

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json')), 'files')
/** Both weights that a card uses: the two scripts whole, and the pieces with everything rarer. */
const FILES = /^noto-sans-sc-(latin|latin-ext|chinese-simplified|\d+)-(400|600)-normal\.woff$/
/** The press looks into the fonts of one name in order, so the letters come first, and rare characters last. */
const ORDER = ['latin', 'latin-ext', 'chinese-simplified']
/** Below, letters that the press itself brings a font for. */
const FIRST_OF_OTHER_SCRIPTS = 0x530

/** The fonts of the card, as the press wants them. */
export function loadFonts(): Buffer[] {
  return fontFiles().map((name) => unpackFont(readFileSync(join(FOLDER, name))))
}

let covered: Set<number> | undefined

/** Whether the card's fonts have a character. */
export function hasGlyph(character: string): boolean {
  const code = character.codePointAt(0)!
  if (code < FIRST_OF_OTHER_SCRIPTS) return true
  covered ??= charactersOf(
    fontFiles()
      .filter((name) => name.includes('-400-'))
      .map((name) => readFileSync(join(FOLDER, name))),
  )
  return covered.has(code)
}

function fontFiles(): string[] {
  const rank = (name: string) => ORDER.indexOf(FILES.exec(name)![1]!) + 1 || ORDER.length + 1
  return readdirSync(FOLDER)
    .filter((name) => FILES.test(name))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

type Table = { readonly tag: string; readonly checksum: number; readonly content: Buffer }

/** The tables of a font in WOFF, unpacked. */
function tablesOf(woff: Buffer): Table[] {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const entry = 44 + 20 * index
    const [start, packed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at)) as [number, number, number]
    const raw = woff.subarray(start, start + packed)
    return {
      tag: woff.toString('latin1', entry, entry + 4),
      checksum: woff.readUInt32BE(entry + 16),
      content: packed < length ? inflateSync(raw) : raw,
    }
  })
}

/** A font as a file of its own: WOFF is the same tables, each packed, behind another directory. */
function unpackFont(woff: Buffer): Buffer {
  const tables = tablesOf(woff)
  const count = tables.length
  const power = 2 ** Math.floor(Math.log2(count))
  const head = Buffer.alloc(12 + 16 * count)
  woff.copy(head, 0, 4, 8)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(power * 16, 6)
  head.writeUInt16BE(Math.log2(power), 8)
  head.writeUInt16BE((count - power) * 16, 10)
  let at = head.length
  const contents = tables.map(({ tag, checksum, content }, index) => {
    const entry = 12 + 16 * index
    head.write(tag, entry, 'latin1')
    head.writeUInt32BE(checksum, entry + 4)
    head.writeUInt32BE(at, entry + 8)
    head.writeUInt32BE(content.length, entry + 12)
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)])
    at += padded.length
    return padded
  })
  return Buffer.concat([head, ...contents])
}

/** Every character for which one of the fonts has a glyph. */
function charactersOf(woffs: readonly Buffer[]): Set<number> {
  const found = new Set<number>()
  for (const woff of woffs) {
    const map = tablesOf(woff).find(({ tag }) => tag === 'cmap')?.content
    if (map) for (const code of charactersIn(map)) found.add(code)
  }
  return found
}

/** The characters of a font's table `cmap`, of which the formats 4 (first plane) and 12 (all planes) are read. */
function* charactersIn(map: Buffer): Generator<number> {
  for (let index = 0; index < map.readUInt16BE(2); index++) {
    const table = map.subarray(map.readUInt32BE(4 + 8 * index + 4))
    const format = table.readUInt16BE(0)
    if (format === 12) {
      for (let group = 0; group < table.readUInt32BE(12); group++) {
        const last = table.readUInt32BE(16 + 12 * group + 4)
        for (let code = table.readUInt32BE(16 + 12 * group); code <= last; code++) yield code
      }
    } else if (format === 4) {
      const doubled = table.readUInt16BE(6)
      for (let at = 0; at < doubled; at += 2) {
        const last = table.readUInt16BE(14 + at)
        if (last === 0xffff) continue
        for (let code = table.readUInt16BE(16 + doubled + at); code <= last; code++) yield code
      }
    }
  }
}

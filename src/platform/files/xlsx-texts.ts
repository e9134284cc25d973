import { Problem } from '../../kernel/problem.ts'
import type { SheetLimits } from './sheet.ts'
import { unescapeText, XmlCursor } from './xml.ts'
import { damaged, inflate, type ZipPart } from './zip.ts'

/** Reads the texts that the cells of a workbook refer to by number. They stay in memory, hence the limits. */
export async function readTexts(path: string, part: ZipPart, limits: SheetLimits): Promise<string[]> {
  if (part.size > limits.textBytes) throw new Problem('file.too-many-texts')
  const texts: string[] = []
  const cursor = new XmlCursor(part.name)
  let closed = false
  for await (const { buffer, end } of elements(inflate(path, part), 'si', limits.lineBytes * 4, part.name)) {
    cursor.open(buffer, 0, end)
    while (cursor.tag()) {
      const [item, root, { closing }] = [cursor.is('si'), cursor.is('sst'), cursor]
      cursor.skipAttributes()
      if (root) closed = closing || cursor.selfClosed
      else if (item && !closing) texts.push(cursor.selfClosed ? '' : richText(cursor, 'si'))
    }
    if (texts.length > limits.texts) throw new Problem('file.too-many-texts')
  }
  if (!closed) throw damaged(part.name)
  return texts
}

/**
 * The text of an element that holds `t` elements, itself or in runs of one style; the runs are joined. What `rPh`
 * holds is how the text is pronounced and not part of it. The cursor stands behind the start tag, then behind the end.
 */
export function richText(cursor: XmlCursor, element: string): string {
  let text = ''
  for (;;) {
    if (!cursor.tag()) throw damaged(cursor.part)
    if (cursor.closing) {
      const done = cursor.is(element)
      cursor.skipAttributes()
      if (done) return unescapeText(text)
      continue
    }
    const [isText, isSound] = [cursor.is('t'), cursor.is('rPh')]
    cursor.skipAttributes()
    if (isSound) cursor.skipElement()
    else if (isText && !cursor.selfClosed) {
      const piece = cursor.text()
      text = text === '' ? piece : text + piece
    }
  }
}

/** Bytes `0` to `end` of a buffer that end behind an element; the rest is carried into the next piece. */
export type Elements = { readonly buffer: Buffer; readonly end: number }

/**
 * Regroups pieces of XML so that each ends behind a closing `</name>` (with any prefix); the last one holds the rest.
 * The buffer is used again for the next. Throws `file.damaged` when one element is longer than `limit`.
 */
export async function* elements(
  pieces: AsyncIterable<Buffer>,
  name: string,
  limit: number,
  part: string,
): AsyncGenerator<Elements> {
  let buffer = Buffer.allocUnsafe(1024 * 1024)
  let filled = 0
  for await (const piece of pieces) {
    if (filled + piece.length > buffer.length) {
      const larger = Buffer.allocUnsafe((filled + piece.length) * 2)
      buffer.copy(larger, 0, 0, filled)
      buffer = larger
    }
    piece.copy(buffer, filled)
    filled += piece.length
    const end = behindLast(buffer, filled, name)
    if (end === 0) {
      if (filled > limit) throw damaged(part)
      continue
    }
    yield { buffer, end }
    buffer.copyWithin(0, end, filled)
    filled -= end
  }
  yield { buffer, end: filled }
}

function behindLast(buffer: Buffer, filled: number, name: string): number {
  const mark = `${name}>`
  for (let from = filled - 1; from > 0; ) {
    const at = buffer.lastIndexOf(mark, from, 'latin1')
    if (at <= 0) return 0
    // Before the name stands `</`, or a prefix and a colon behind it.
    let i = at - 1
    if (at + mark.length <= filled) {
      if (buffer[i] === 58) for (i--; i > 0 && isNameByte(buffer[i]!); i--);
      if (i > 0 && buffer[i] === 47 && buffer[i - 1] === 60) return at + mark.length
    }
    from = at - 1
  }
  return 0
}

function isNameByte(c: number): boolean {
  return (
    (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 45 || c === 95 || c === 46 || c > 127
  )
}

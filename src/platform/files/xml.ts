import { isUtf8 } from 'node:buffer'
import { damaged } from './zip.ts'

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Walks over the tags of an XML text in bytes, without making an object for any of them: a sheet has three million
 * cells. The caller asks for a tag, looks at its name, then reads or skips its attributes. Prefixes of names are
 * skipped, so that `<x:row>` is a row. A DTD is refused, for entities are how small files become large.
 *
 * Every method throws `file.damaged` when the text ends inside a tag.
 */
export class XmlCursor {
  buffer: Buffer = Buffer.alloc(0)
  at = 0
  end = 0
  /** The name of the tag last found, without prefix. */
  nameFrom = 0
  nameTo = 0
  closing = false
  /** The attribute last found, its name without prefix. */
  attributeFrom = 0
  attributeTo = 0
  valueFrom = 0
  valueTo = 0
  /** Whether the tag whose attributes were read closes itself. */
  selfClosed = false
  readonly part: string

  constructor(part: string) {
    this.part = part
  }

  /** Begins with bytes `from` to `end` of a buffer. */
  open(buffer: Buffer, from: number, end: number): void {
    // Else a wrong byte would silently become the sign for what cannot be shown.
    if (!isUtf8(buffer.subarray(from, end))) throw damaged(this.part)
    this.buffer = buffer
    this.at = from
    this.end = end
  }

  /** Goes behind the name of the next tag; false when there is none. Text, comments and instructions are passed over. */
  tag(): boolean {
    const { buffer, end } = this
    let i = this.at
    for (;;) {
      while (i < end && buffer[i] !== 60) i++
      if (i >= end) {
        this.at = end
        return false
      }
      const next = buffer[i + 1]!
      if (next === 33) i = this.#special(i)
      else if (next === 63) i = this.#behind(i, '?>')
      else {
        this.closing = next === 47
        i += this.closing ? 2 : 1
        this.nameFrom = i
        for (; i < end; i++) {
          const c = buffer[i]!
          if (c === 62 || c === 32 || c === 47 || c === 10 || c === 13 || c === 9) break
          if (c === 58) this.nameFrom = i + 1
        }
        if (i >= end) throw damaged(this.part)
        this.nameTo = i
        this.at = i
        return true
      }
    }
  }

  /** Whether the tag last found has this name. */
  is(name: string): boolean {
    const length = name.length
    if (this.nameTo - this.nameFrom !== length) return false
    for (let i = 0; i < length; i++) if (this.buffer[this.nameFrom + i] !== name.charCodeAt(i)) return false
    return true
  }

  /** Goes to the next attribute of the tag; false when the tag has ended, then the cursor stands behind it. */
  attribute(): boolean {
    const { buffer, end } = this
    let i = this.at
    let c = 0
    for (; i < end; i++) {
      c = buffer[i]!
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break
    }
    if (i >= end) throw damaged(this.part)
    if (c === 62 || c === 47) {
      this.selfClosed = c === 47
      if (this.selfClosed && buffer[++i] !== 62) throw damaged(this.part)
      this.at = i + 1
      return false
    }
    this.attributeFrom = i
    for (; i < end; i++) {
      c = buffer[i]!
      if (c === 61) break
      if (c === 58) this.attributeFrom = i + 1
      if (c === 62 || c === 60) throw damaged(this.part)
    }
    this.attributeTo = i
    const quote = buffer[++i]!
    if (quote !== 34 && quote !== 39) throw damaged(this.part)
    this.valueFrom = ++i
    while (i < end && buffer[i] !== quote) i++
    if (i >= end) throw damaged(this.part)
    this.valueTo = i
    this.at = i + 1
    return true
  }

  /** The name of the attribute last found, without prefix. */
  attributeName(): string {
    return this.buffer.toString('latin1', this.attributeFrom, this.attributeTo).trimEnd()
  }

  /** The value of the attribute last found. */
  value(): string {
    return this.decode(this.valueFrom, this.valueTo)
  }

  /** Goes behind the tag, over its attributes; `selfClosed` tells its kind. */
  skipAttributes(): void {
    while (this.attribute());
  }

  /** Goes behind the element whose start tag was just read with its attributes, over all it contains. */
  skipElement(): void {
    for (let depth = this.selfClosed ? 0 : 1; depth > 0; ) {
      if (!this.tag()) throw damaged(this.part)
      const { closing } = this
      this.skipAttributes()
      if (closing) depth--
      else if (!this.selfClosed) depth++
    }
  }

  /** The text from here to the next tag, where the cursor then stands. */
  text(): string {
    const { buffer, end } = this
    let text = ''
    for (;;) {
      const from = this.at
      let i = from
      while (i < end && buffer[i] !== 60) i++
      if (i >= end) throw damaged(this.part)
      const piece = i > from ? this.decode(from, i) : ''
      text = text === '' ? piece : text + piece
      this.at = i
      if (buffer[i + 1] !== 33) return text
      this.at = this.#special(i)
      if (buffer[i + 2] === 91) text += buffer.toString('utf8', i + 9, this.at - 3)
    }
  }

  /** Bytes as text, with references to characters resolved and line ends as XML wants them. */
  decode(from: number, to: number): string {
    const { buffer } = this
    let plain = true
    for (let i = from; i < to; i++) {
      const c = buffer[i]!
      if (c === 38 || c === 13) plain = false
      else if (c === 0) throw damaged(this.part)
    }
    const text = buffer.toString('utf8', from, to)
    return plain ? text : this.#resolve(text)
  }

  #resolve(text: string): string {
    return text.replaceAll(/\r\n?/g, '\n').replaceAll(/&([^;&]{0,12});?/g, (reference, name: string) => {
      const known = named[name]
      if (known !== undefined && reference.endsWith(';')) return known
      const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name)
      const code = number ? Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10) : Number.NaN
      // NUL and halves of a pair are no characters of XML, and no database takes them.
      if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) throw damaged(this.part)
      return String.fromCodePoint(code)
    })
  }

  /** Behind the comment or character data at `i`. Anything else that begins with `<!` is a DTD and refused. */
  #special(i: number): number {
    const { buffer } = this
    if (buffer[i + 2] === 45 && buffer[i + 3] === 45) return this.#behind(i + 4, '-->')
    if (buffer.toString('latin1', i + 2, i + 9) === '[CDATA[') return this.#behind(i + 9, ']]>')
    throw damaged(this.part)
  }

  #behind(from: number, mark: string): number {
    const at = this.buffer.indexOf(mark, from, 'latin1')
    if (at < 0 || at + mark.length > this.end) throw damaged(this.part)
    return at + mark.length
  }
}

/** The tags of a small XML part with their attributes. Closing tags come with a name only. */
export function* tags(
  bytes: Buffer,
  part: string,
): Generator<{ name: string; closing: boolean; attributes: Record<string, string> }> {
  const cursor = new XmlCursor(part)
  cursor.open(bytes, 0, bytes.length)
  while (cursor.tag()) {
    const name = bytes.toString('latin1', cursor.nameFrom, cursor.nameTo)
    const { closing } = cursor
    const attributes: Record<string, string> = Object.create(null)
    while (cursor.attribute()) attributes[cursor.attributeName()] = cursor.value()
    yield { name, closing, attributes }
  }
}

/**
 * Spreadsheets write characters that XML does not allow as `_x000D_`, and a text that already looks so as
 * `_x005F_x000D_`. This turns them back.
 */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  // NUL and halves of a pair, which no database takes, become the sign for what cannot be shown.
  return text
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16) || 0xfffd))
    .toWellFormed()
}

/** The reverse of `unescapeText`, for what XML would lose. */
export function escapeText(text: string): string {
  return text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to escape
    /_(?=x[0-9A-Fa-f]{4}_)|[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  )
}

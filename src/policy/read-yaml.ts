import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml'
import type { ProblemCode } from '../kernel/problems.ts'
import type { Text } from '../kernel/text.ts'
import type { FaultList } from './faults.ts'

type File = { readonly name: string; readonly lines: LineCounter; readonly faults: FaultList }

/** What to expect behind a key. Reading something else records a fault and yields a harmless value. */
type Wish = { readonly optional?: boolean }

/**
 * A place in a YAML file: a value that knows its file and line. Every reading method records what is wrong and goes
 * on with a harmless value, because a person who mends a pack wants all its faults at once.
 */
export class At {
  readonly file: File
  readonly node: unknown
  readonly line: number
  /** The key or list position it stands under, for sentences. */
  readonly label: string

  constructor(file: File, node: unknown, line: number, label: string) {
    this.file = file
    this.node = node
    this.line = line
    this.label = label
  }

  fault(code: ProblemCode, values: Record<string, unknown> = {}): void {
    this.file.faults.add(this.file.name, this.line, code, values)
  }

  /** Checks that this is a map with only known keys. Nothing below it can be read when it is no map. */
  object(known: readonly string[]): boolean {
    if (!isMap(this.node)) {
      this.fault('pack.wrong-type', { key: this.label, expected: 'key: value' })
      return false
    }
    for (const pair of this.node.items) {
      const key = keyOf(pair)
      if (!known.includes(key)) this.under(pair, key).fault('pack.unknown-key', { key, known: known.join(', ') })
    }
    return true
  }

  /** The value behind a key, if the key is there. */
  find(key: string): At | undefined {
    if (!isMap(this.node)) return undefined
    const pair = this.node.items.find((item) => keyOf(item) === key)
    return pair && this.under(pair, key)
  }

  /** The value behind a key; a missing key is a fault. */
  need(key: string): At | undefined {
    const found = this.find(key)
    if (!found && isMap(this.node)) this.fault('pack.missing-key', { key })
    return found
  }

  has(key: string): boolean {
    return this.find(key) !== undefined
  }

  string(key: string, wish: Wish = {}): string | undefined {
    const at = wish.optional ? this.find(key) : this.need(key)
    return at?.asString()
  }

  /** A word out of a closed set. */
  choice<const T extends string>(key: string, choices: readonly T[], wish: Wish = {}): T | undefined {
    const at = wish.optional ? this.find(key) : this.need(key)
    const text = at?.asString()
    if (text === undefined) return undefined
    if ((choices as readonly string[]).includes(text)) return text as T
    at?.fault('pack.bad-value', { key, value: text, expected: choices.join(', ') })
    return undefined
  }

  number(key: string, wish: Wish & { whole?: boolean; min?: number } = {}): number | undefined {
    const at = wish.optional ? this.find(key) : this.need(key)
    if (!at) return undefined
    const value = isScalar(at.node) ? at.node.value : undefined
    const fits = typeof value === 'number' && Number.isFinite(value) && (!wish.whole || Number.isInteger(value))
    if (fits && value >= (wish.min ?? Number.NEGATIVE_INFINITY)) return value
    const expected = `${wish.whole ? '0, 1, 2 …' : '1.5'}${wish.min === undefined ? '' : ` (≥ ${wish.min})`}`
    at.fault('pack.wrong-type', { key, expected })
    return undefined
  }

  boolean(key: string, wish: Wish = {}): boolean | undefined {
    const at = wish.optional ? this.find(key) : this.need(key)
    if (!at) return undefined
    const value = isScalar(at.node) ? at.node.value : undefined
    if (typeof value === 'boolean') return value
    at.fault('pack.wrong-type', { key, expected: 'true, false' })
    return undefined
  }

  /** The items of the list behind a key. */
  list(key: string, wish: Wish = {}): At[] {
    const at = wish.optional ? this.find(key) : this.need(key)
    return at?.items() ?? []
  }

  /** The items of this list. */
  items(): At[] {
    if (isSeq(this.node)) {
      return this.node.items.map(
        (item, index) => new At(this.file, item, lineOf(this.file, item, this.line), `${this.label}[${index}]`),
      )
    }
    this.fault('pack.wrong-type', { key: this.label, expected: '- …' })
    return []
  }

  /** A list of words, with the place of each. */
  strings(key: string, wish: Wish = {}): string[] {
    return this.list(key, wish).flatMap((item) => item.asString() ?? [])
  }

  /** A text that must be there in every language of the pack and in no other. */
  text(key: string, languages: readonly string[], wish: Wish = {}): Text {
    const at = wish.optional ? this.find(key) : this.need(key)
    if (!at) return {}
    if (!isMap(at.node)) {
      at.fault('pack.wrong-type', { key, expected: languages.map((language) => `${language}: …`).join(', ') })
      return {}
    }
    const text: Record<string, string> = {}
    for (const language of languages) {
      const said = at.find(language)
      const words = said?.asString()
      if (words === undefined || words.trim() === '') (said ?? at).fault('pack.missing-name', { key, language })
      else text[language] = words
    }
    // Without a readable list of languages (a fault of its own), every text would look wrong.
    for (const pair of languages.length > 0 ? at.node.items : []) {
      const language = keyOf(pair)
      if (!languages.includes(language)) {
        at.under(pair, language).fault('pack.unknown-language', { key, language, known: languages.join(', ') })
      }
    }
    return text
  }

  /** A word or a number read as its digits (years and codes may stand unquoted, unless that would lose a zero). */
  asString(): string | undefined {
    const value = isScalar(this.node) ? this.node.value : undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number' && isScalar(this.node)) return this.node.source ?? String(value)
    this.fault('pack.wrong-type', { key: this.label, expected: '“…”' })
    return undefined
  }

  private under(pair: Pair<unknown, unknown>, key: string): At {
    // The line of the key, not of the value: a block value begins one line further down.
    return new At(this.file, pair.value, lineOf(this.file, pair.key, this.line), key)
  }
}

/** Parses one YAML file. Syntax faults are recorded with their lines; then nothing is returned. */
export function readYaml(name: string, content: string, faults: FaultList): At | undefined {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  let readable = true
  for (const error of [...document.errors, ...document.warnings]) {
    const line = lines.linePos(error.pos[0]).line || 1
    if (error.code === 'DUPLICATE_KEY') {
      // The rest of the file can still be read, so its other faults are shown as well.
      faults.add(name, line, 'pack.doubled-key', {
        key: /^\s*[\w-]+/.exec(content.slice(error.pos[0]))?.[0].trim() ?? '',
      })
      continue
    }
    readable = false
    faults.add(name, line, 'pack.unreadable', { detail: error.message.replace(/\s+/g, ' ') })
  }
  if (!readable) return undefined
  return new At({ name, lines, faults }, document.contents, 1, name)
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
}

function lineOf(file: File, node: unknown, otherwise: number): number {
  const range = (node as { range?: readonly number[] | null } | null)?.range
  return range ? file.lines.linePos(range[0]!).line : otherwise
}

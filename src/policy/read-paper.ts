import type { Form, Paper } from './pack.ts'
import type { Reading } from './reading.ts'

/** Reads `paper.yaml`: the printed household card, as far as it is not the household form itself. */
export function readPaper(reading: Reading, forms: ReadonlyMap<string, Form>): Paper {
  const nothing: Paper = { level: '', office: {}, hotline: '', members: [] }
  const at = reading.file('paper.yaml')
  if (!at?.object(['level', 'office', 'hotline', 'members'])) return nothing
  const level = at.string('level') ?? ''
  reading.refer('level', at.find('level'), level)
  const fields = memberFields(forms)
  const members = at.list('members').map((table) =>
    table.items().flatMap((item) => {
      const id = item.asString()
      if (id === undefined) return []
      if (!fields.has(id)) item.fault('pack.unknown-reference', { kind: 'field', id })
      return id
    }),
  )
  return { level, office: at.text('office', reading.languages), hotline: at.string('hotline') ?? '', members }
}

/** Ids of what the household form asks of each member. */
function memberFields(forms: ReadonlyMap<string, Form>): ReadonlySet<string> {
  const sections = [...forms.values()].filter((form) => form.subject === 'household').flatMap((form) => form.sections)
  return new Set(
    sections
      .filter((section) => section.of === 'member')
      .flatMap((section) => section.fields)
      .map((field) => field.id),
  )
}

import type { Pack, PackForm } from '../../lib/pack.ts'

export type FoundPack = {
  readonly forms: readonly PackForm[]
  readonly lists: Pack['lists']
  readonly parameters: Pack['parameters']
  readonly sources: Pack['sources']
  /** Levels, roles and tags are shown only when nothing is searched for: they have too few words to search. */
  readonly places: boolean
  readonly empty: boolean
}

/**
 * What of a pack fits a text: fields by number, id or name in any language; lists by name or by one of their codes;
 * figures and sources by name. A section without a fitting field falls away. No text is everything.
 */
export function searchPack(pack: Pack, text: string): FoundPack {
  const wanted = text.trim().toLowerCase()
  // The household form first: it is the one that most people come for.
  const ordered = [...pack.forms].sort((a, b) => Number(b.subject === 'household') - Number(a.subject === 'household'))
  if (wanted === '') return { ...pack, forms: ordered, places: true, empty: false }
  const fits = (...words: (string | Readonly<Record<string, string>> | undefined)[]) =>
    words.some((word) => {
      if (word === undefined) return false
      const all = typeof word === 'string' ? [word] : Object.values(word)
      return all.some((one) => one.toLowerCase().includes(wanted))
    })
  const forms = ordered.flatMap((form) => {
    const sections = form.sections.flatMap((section) => {
      const fields = section.fields.filter(
        (field) => field.number.toLowerCase() === wanted || fits(field.id, field.name, field.help),
      )
      return fields.length > 0 ? [{ ...section, fields }] : []
    })
    return sections.length > 0 ? [{ ...form, sections }] : []
  })
  const lists = pack.lists.filter(
    (list) => fits(list.id, list.title) || list.codes.some(({ code, name }) => fits(code, name)),
  )
  const parameters = pack.parameters.filter(({ id, name }) => fits(id, name))
  const sources = pack.sources.filter(({ id, title, number }) => fits(id, title, number))
  const empty = forms.length + lists.length + parameters.length + sources.length === 0
  return { forms, lists, parameters, sources, places: false, empty }
}

import { useMemo } from 'react'
import type { z } from 'zod'
import { type packAnswer, showAbout, showPack } from '../../src/beams/register/pack/contract.ts'
import { formatMoney as plainMoney } from '../../src/kernel/money.ts'
import { inLanguage, type Text } from '../../src/kernel/text.ts'
import { useAnswer } from './api.ts'
import { useFormat } from './format.ts'
import { useLanguage } from './i18n.ts'

export type Pack = z.output<typeof packAnswer>
export type PackForm = Pack['forms'][number]
export type PackSection = PackForm['sections'][number]
export type PackField = PackSection['fields'][number]
export type PackList = Pack['lists'][number]

/** The pack while it is on its way: for the shell, which waits for it before it shows a page. */
export function usePackAnswer(enabled: boolean) {
  return useAnswer(showPack, {}, { enabled, staleTime: Number.POSITIVE_INFINITY })
}

/** What this installation is: version, name of the pack, whether the nation is invented, demo accounts. */
export function useAbout() {
  return useAnswer(showAbout, {}, { staleTime: 300_000 })
}

/**
 * The policy pack in force and its words in the language of the screens. The shell has loaded it before any page
 * is shown; used elsewhere it throws.
 */
export function usePack() {
  const { data: pack } = usePackAnswer(true)
  const { language } = useLanguage()
  const { number } = useFormat()
  if (!pack) throw new Error('usePack is for pages inside the shell, which loads the pack first')
  return useMemo(() => {
    const say = (text: Text | undefined): string => (text ? inLanguage(text, language) : '')
    const codes = new Map(pack.lists.map((list) => [list.id, new Map(list.codes.map((code) => [code.code, code]))]))
    const fields = new Map<string, PackField>()
    for (const form of pack.forms) {
      for (const section of form.sections)
        for (const field of section.fields) fields.set(`${form.id}.${field.id}`, field)
    }
    return {
      pack,
      say,
      /** The name of a code; the code itself where the list does not know it. */
      codeName: (listId: string, code: string): string => say(codes.get(listId)?.get(code)?.name) || code,
      /** The codes of a list in the pack's order, with their names. */
      codesOf: (listId: string): { code: string; name: string; means: string | undefined }[] =>
        [...(codes.get(listId)?.values() ?? [])].map(({ code, name, means }) => ({ code, name: say(name), means })),
      /** A form by its subject (`household`, `village` …). */
      formOf: (subject: string): PackForm | undefined => pack.forms.find((form) => form.subject === subject),
      /** A field of a form. */
      field: (formId: string, fieldId: string): PackField | undefined => fields.get(`${formId}.${fieldId}`),
      /** The name of a level of places: 0 is the whole programme. */
      levelName: (level: number): string => say(pack.levels[level]?.name),
      roleName: (role: string): string => say(pack.roles.find(({ id }) => id === role)?.name) || role,
      tagName: (tag: string): string => say(pack.tags.find(({ id }) => id === tag)?.name) || tag,
      /** An amount in minor units, written in the currency with all its decimals; `short` drops decimals and symbol. */
      formatMoney: (minor: number | bigint | null | undefined, style: 'full' | 'short' = 'full'): string => {
        if (minor === null || minor === undefined) return number(undefined)
        const { digits, symbol } = pack.currency
        const value = Number(plainMoney(BigInt(minor), pack.currency))
        return style === 'short' ? number(Math.round(value)) : `${symbol}${number(value, digits)}`
      },
    }
  }, [pack, language, number])
}

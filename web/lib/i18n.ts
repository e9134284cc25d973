import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { wire } from './wire.ts'

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** Texts of one namespace: key → sentence, with `{{name}}` places. `key_one`/`key_other` are forms by number. */
export type Texts = Readonly<Record<string, string>>

type Base<K> = K extends `${infer B}_one` | `${infer B}_other` ? B : K
/** The keys that a page may say: the forms by number count as one key. */
export type KeyOf<T extends Texts> = Base<keyof T & string>

/**
 * The shape that another language must fill: every key of the first one and no other. A language without a form of
 * its own for one thing leaves `_one` out.
 */
export type SameKeys<T extends Texts> = { readonly [K in keyof T as K extends `${string}_one` ? never : K]: string } & {
  readonly [K in keyof T as K extends `${string}_one` ? K : never]?: string
}

export type Say<T extends Texts> = (key: KeyOf<T>, values?: Readonly<Record<string, string | number>>) => string

const remembered = 'fourbeams.language'

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: 'en',
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  returnNull: false,
  initAsync: false,
})
follow(i18next.language)
i18next.on('languageChanged', follow)

/**
 * Registers the texts of a room in both languages and gives what says them: `useTexts` in components, `sayOf`
 * elsewhere. Call it once in `texts/index.ts` of the room; the room's chunk brings its texts along.
 */
export function addTexts<T extends Texts>(
  namespace: string,
  en: T,
  zhCN: SameKeys<T>,
): { useTexts: () => Say<T>; sayOf: Say<T> } {
  i18next.addResourceBundle('en', namespace, en, true, true)
  i18next.addResourceBundle('zh-CN', namespace, zhCN, true, true)
  const sayOf: Say<T> = (key, values) => translate(i18next.t, key, { ns: namespace, ...values })
  const useTexts = () => {
    const { t } = useTranslation(namespace)
    return useCallback<Say<T>>((key, values) => translate(t, key, { ...values }), [t])
  }
  return { useTexts, sayOf }
}

/** A language's own name for itself. */
export function nameOfLanguage(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag.split('-')[0]!) ?? tag
}

/** The language of the screens, and the way to change it without a reload. */
export function useLanguage(): { language: Language; changeLanguage: (language: string) => void } {
  const { i18n } = useTranslation()
  return { language: known(i18n.language), changeLanguage }
}

/** Changes the language of the screens and remembers it on this device. */
export function changeLanguage(language: string): void {
  const next = known(language)
  try {
    localStorage.setItem(remembered, next)
  } catch {
    // A browser that keeps nothing still changes its language now.
  }
  if (next !== i18next.language) void i18next.changeLanguage(next)
}

/** The language chosen on this device, if one was. */
export function rememberedLanguage(): string | undefined {
  try {
    return localStorage.getItem(remembered) ?? undefined
  } catch {
    return undefined
  }
}

function firstLanguage(): Language {
  return known(rememberedLanguage() ?? navigator.languages?.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en')
}

function known(tag: string): Language {
  return tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

function follow(tag: string): void {
  wire.language = known(tag)
  document.documentElement.lang = known(tag)
}

type Translate = (key: string, values: Readonly<Record<string, string | number>>) => string

/** i18next types keys by one global declaration; ours are typed by room, so its own typing is set aside here. */
function translate(t: unknown, key: string, values: Readonly<Record<string, string | number>>): string {
  return (t as Translate)(key, values)
}

import type { Page } from 'playwright-core'
export type ScreenLanguage = 'zh-CN' | 'en'
type Texts = Readonly<Record<string, string>>

const rooms = ['lib', 'ui', 'app', 'columns/register']

// By address: the web is typed for browsers, and its types must not mix with those of the server.
async function textsIn(language: ScreenLanguage, name: string): Promise<Texts> {
  const files = rooms.map((room) => new URL(`../../web/${room}/texts/${language}.ts`, import.meta.url).href)
  const modules: Record<string, Texts>[] = await Promise.all(files.map((file) => import(file)))
  return Object.assign({}, ...modules.map((module) => module[name]))
}

const texts: Record<ScreenLanguage, Texts> = {
  en: await textsIn('en', 'en'),
  'zh-CN': await textsIn('zh-CN', 'zhCN'),
}

/** What a screen says in a language. Forms by number: the one for many. Throws where there is no such text. */
export function said(language: ScreenLanguage, key: string, values: Record<string, string | number> = {}): string {
  const text = texts[language][key] ?? texts[language][`${key}_other`]
  if (text === undefined) throw new Error(`no text ${key} in ${language}`)
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** Keys that cannot be a word or a sentence themselves: a screen that shows one lacks its text. */
const keys = Object.keys(texts.en).filter((key) => /[a-z][A-Z]|[a-z]\.[a-z]/.test(key))

/** All texts that a person sees or hears on a page: text, labels, hints, the title; those of code and keys aside. */
const COLLECT = `(() => {
  const langOf = (element) => element.closest('[lang]')?.getAttribute('lang') ?? ''
  const found = [{ text: document.title, lang: langOf(document.body) }]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) {
      if (node.getAttribute('aria-hidden') === 'true') continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        const text = node.getAttribute(name)
        if (text) found.push({ text, lang: langOf(node) })
      }
    } else {
      const text = (node.textContent ?? '').trim()
      if (text && !node.parentElement.closest('script, style, code, pre, kbd')) {
        found.push({ text, lang: langOf(node.parentElement) })
      }
    }
  }
  return found
})()`

/**
 * What is not said in the language of the screen: keys in place of their texts, empty places, values that are none,
 * and on a Chinese screen sentences without a Chinese character.
 */
export async function untranslated(page: Page, language: ScreenLanguage): Promise<string[]> {
  const found = await page.evaluate<{ text: string; lang: string }[]>(COLLECT)
  const wrong = found.filter(
    ({ text, lang }) =>
      keys.includes(text) ||
      /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object /.test(text) ||
      (language === 'zh-CN' && lang.startsWith('zh') && !/\p{Script=Han}/u.test(text) && /[a-z]+ [a-z]+/.test(text)),
  )
  return wrong.map(({ text }) => text)
}

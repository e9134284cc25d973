/** A text in the languages of the programme, keyed by language tag (`zh-CN`, `en`). */
export type Text = Readonly<Record<string, string>>

/** The text in a language, else in English, else in whichever language there is. */
export function inLanguage(text: Text, language: string): string {
  return text[language] ?? text.en ?? Object.values(text)[0] ?? ''
}

/** Fills `{name}` places in a template; a place without a value stays visible, so that nobody overlooks it. */
export function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place))
}

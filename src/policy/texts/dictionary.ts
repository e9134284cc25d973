/** Words of the data dictionary. The other languages stand beside, held complete by type. */
export const dictionaryWords = {
  'kind.text': 'text',
  'kind.name': 'name of a person',
  'kind.code': 'one of a list',
  'kind.codes': 'several of a list',
  'kind.integer': 'whole number',
  'kind.decimal': 'number',
  'kind.money': 'amount of money',
  'kind.date': 'date',
  'kind.boolean': 'yes or no',
  'kind.document': 'identity number',
  'kind.place': 'place code',
  'formula.per-member': '{formula} ÷ number of members',
} as const

export type DictionaryWord = keyof typeof dictionaryWords

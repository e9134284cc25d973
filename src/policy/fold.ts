/**
 * The form in which words are compared: full-width letters and digits as plain ones, lower case, no spaces at the
 * ends. Used where a person may have typed the word.
 */
export function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase().trim()
}

// COPY's text format: tab between columns, \N for null, backslash before what would end a column or a row.

const special = /[\\\t\n\r]/

/** A text as a column of COPY. */
export function copyText(text: string): string {
  if (!special.test(text)) return text
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

/** A text as a column of COPY, nothing when it is empty. */
export function copyTextOrNull(text: string): string {
  return text === '' ? '\\N' : copyText(text)
}

/** JSON as a column of COPY: of the special characters only the backslash stands in JSON unescaped. */
export function copyJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json
}

/** Bytes as a column of COPY. */
export function copyBytes(bytes: Buffer | undefined): string {
  return bytes ? `\\\\x${bytes.toString('hex')}` : '\\N'
}

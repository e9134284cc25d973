/** Length in characters as people count them; a rare character beyond the first plane is one. */
export function countCharacters(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xd800 && code <= 0xdbff) count--
  }
  return count
}

/** A text with runs of line breaks and tabs as one space and nothing at its ends, as facts are kept. */
export function tidy(text: string): string {
  let plain = true
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32) plain = false
  return (plain ? text : text.replace(/\s*[\t\n\r]+\s*/g, ' ')).trim()
}

/**
 * A person's name with single spaces, and none between Han characters, where spaces only fill a column: a name of two
 * characters is often spread to the width of three.
 */
export function tidyName(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 32 || code === 0x3000 || code === 0xa0) {
      return text.replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '').replace(/\s+/g, ' ')
    }
  }
  return text
}

/**
 * Where the first character stands that cannot be kept (position from 1), or 0: control characters, halves of a
 * surrogate pair, and the mark that a decoder leaves where bytes were no text.
 */
export function unreadable(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 32 && code < 127) continue
    if (code < 32 || (code >= 127 && code < 160) || code === 0xfffd || code === 0xfeff) return i + 1
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = text.charCodeAt(i + 1)
      if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return i + 1
      i++
    }
  }
  return 0
}

/**
 * Whether a text can be the name of a person: letters of any script (private-use characters too, which old fonts use
 * for rare ones), the zero that is a letter, marks, spaces, dots between names, apostrophes, hyphens, brackets.
 */
export function isPersonName(text: string): boolean {
  return personName.test(text)
}

const personName =
  /^(?=.*[\p{L}\p{Co}\u3007])(?:[\p{L}\p{M}\p{Co}\u3007 '\u2019\u02bb\u02bc.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65\u0f0b\-\u2010()\uff08\uff09]|\u200c|\u200d)+$/u

/**
 * Whether a text can be kept as it is, seen in one pass: nothing to tidy, nothing unreadable, no character beyond the
 * first plane. A text of which this is not true may still be a good one; the slower functions tell.
 */
export function isPlain(text: string): boolean {
  const last = text.length - 1
  for (let i = 0; i <= last; i++) {
    const code = text.charCodeAt(i)
    if (code > 32 && code < 127) continue
    if (code >= 0x3001 && code < 0xd800) continue
    // Spaces of any kind are plain only inside; the rest of the first plane is left to the slow way.
    if (code !== 32 || i === 0 || i === last) return false
  }
  return true
}

/** Whether a text consists of common Han characters only, as most names do where they are used. */
export function isCommonHan(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x4e00 || code > 0x9fff) return false
  }
  return true
}

const QUOTE = 39

/** A function that gives a cell of a row without what stands around its text; empty where the row is too short. */
export function cellText(unguard: (text: string) => string): (cells: readonly string[], at: number) => string {
  return (cells, at) => {
    const cell = cells[at]
    if (cell === undefined || cell === '') return ''
    // A quote that was put before a text so that no program runs it as a formula.
    return cell.charCodeAt(0) === QUOTE ? trimmed(unguard(cell)) : trimmed(cell)
  }
}

/** A cell without the spaces around it, the wide space of Han texts included. */
function trimmed(cell: string): string {
  return isEdge(cell.charCodeAt(0)) && isEdge(cell.charCodeAt(cell.length - 1)) ? cell : cell.trim()
}

/** Whether a character is surely no space: not a low one, and none of those that String.trim knows from U+00A0 on. */
function isEdge(code: number): boolean {
  return (code > 32 && code < 160) || (code > 0x3000 && code < 0xfeff)
}

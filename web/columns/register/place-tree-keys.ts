export type TreeItem = { readonly level: number; readonly open: boolean | undefined; readonly name: string }
export type TreeStep = { readonly kind: 'go'; readonly to: number } | { readonly kind: 'open' | 'close' | 'choose' }

/**
 * What a key does in a tree whose visible items are given in order (`open` is undefined for a leaf), standing at one
 * of them. Nothing when the key means nothing there, so that the page may have it.
 */
export function stepInTree(key: string, items: readonly TreeItem[], at: number): TreeStep | undefined {
  const item = items[at]
  if (!item) return undefined
  const go = (to: number): TreeStep | undefined =>
    to >= 0 && to < items.length && to !== at ? { kind: 'go', to } : undefined
  switch (key) {
    case 'ArrowDown':
      return go(at + 1)
    case 'ArrowUp':
      return go(at - 1)
    case 'Home':
      return go(0)
    case 'End':
      return go(items.length - 1)
    case 'ArrowRight':
      if (item.open === undefined) return undefined
      if (!item.open) return { kind: 'open' }
      return items[at + 1]?.level === item.level + 1 ? go(at + 1) : undefined
    case 'ArrowLeft':
      if (item.open) return { kind: 'close' }
      return go(parentOf(items, at))
    case 'Enter':
    case ' ':
      return { kind: 'choose' }
    default:
      return [...key].length === 1 && /\p{L}|\p{N}/u.test(key) ? go(nextNamed(items, at, key)) : undefined
  }
}

function parentOf(items: readonly TreeItem[], at: number): number {
  const level = items[at]?.level ?? 0
  for (let i = at - 1; i >= 0; i--) if ((items[i]?.level ?? 0) < level) return i
  return -1
}

/** The next item below, round the end, whose name begins with a letter; nothing else to go by than the name as written. */
function nextNamed(items: readonly TreeItem[], at: number, letter: string): number {
  const wanted = letter.toLocaleLowerCase()
  for (let i = 1; i < items.length; i++) {
    const index = (at + i) % items.length
    if (items[index]?.name.toLocaleLowerCase().startsWith(wanted)) return index
  }
  return -1
}

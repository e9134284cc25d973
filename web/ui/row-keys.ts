import { type RefObject, useEffect, useRef } from 'react'

/**
 * The keys of a list: j and k (or arrows once a row has the focus) move from row to row, Esc leaves the row; Enter is
 * the link's own. Rows carry `data-index`, and their link `data-row-link`.
 */
export function useRowKeys(box: RefObject<HTMLElement | null>, count: number, show: (index: number) => void): void {
  const latest = useRef({ count, show })
  latest.current = { count, show }
  useEffect(() => {
    const linkOf = (index: number) =>
      box.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-link]`) ?? undefined

    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const target = event.target as HTMLElement
      if (
        target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]')
      )
        return
      const focused = document.activeElement?.closest<HTMLElement>('[data-index]')
      const inside = focused && box.current?.contains(focused) ? Number(focused.dataset.index) : undefined
      if (event.key === 'Escape' && inside !== undefined) {
        ;(document.activeElement as HTMLElement).blur()
        return
      }
      const step = stepOf(event.key, inside !== undefined)
      if (step === 0 || latest.current.count === 0) return
      event.preventDefault()
      const next = inside === undefined ? 0 : Math.min(latest.current.count - 1, Math.max(0, inside + step))
      latest.current.show(next)
      // The row may come into the document only after the list has scrolled to it.
      const focus = (tries: number) => {
        const link = linkOf(next)
        if (link) link.focus({ preventScroll: true })
        else if (tries > 0) requestAnimationFrame(() => focus(tries - 1))
      }
      focus(5)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [box])
}

function stepOf(key: string, inside: boolean): number {
  if (key === 'j' || (inside && key === 'ArrowDown')) return 1
  if (key === 'k' || (inside && key === 'ArrowUp')) return -1
  return 0
}

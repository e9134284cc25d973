import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import classes from './place-tree.module.css'
import { stepInTree } from './place-tree-keys.ts'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Node = { readonly code: string; readonly name: string; readonly households: number; readonly hasChildren: boolean }

type PlaceTreeProps = {
  /** The place that the person acts for: the top of the tree. */
  top: { readonly code: string; readonly name: string }
  /** The place whose households the list shows. */
  current: string
  onChoose: (code: string) => void
  /** Whether the households stand beside the places; they do where nothing is said. */
  counted?: boolean
}

/** Counts beside the places may be a minute old; opening a branch again then costs nothing. */
const fresh = 60_000

/**
 * The tree of places with the households of each. Branches are loaded when they are opened; those above the current
 * place are open from the start. Arrow keys walk and open it, Enter chooses, letters jump.
 */
export function PlaceTree({ top, current, onChoose, counted = true }: PlaceTreeProps) {
  const t = useWords()
  const tree = useRef<HTMLDivElement>(null)
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [focused, setFocused] = useState(current)
  const [reachable, setReachable] = useState(false)
  const here = useAnswer(showPlace, { params: { code: current } }, { staleTime: fresh, keepPrevious: true })
  const above = new Set(here.data?.above.map(({ code }) => code))
  const isOpen = (code: string) => turned.get(code) ?? (code === top.code || code === current || above.has(code))
  const turn = (code: string, open: boolean) => setTurned(new Map(turned).set(code, open))
  const choose = (code: string) => {
    if (code === current) turn(code, !isOpen(code))
    else {
      setTurned(new Map([...turned].filter(([one]) => one !== code)))
      onChoose(code)
    }
  }

  // A place reached by Back or by a chip is where Tab should enter the tree, unless the person is in it right now.
  useEffect(() => {
    if (!tree.current?.contains(document.activeElement)) setFocused(current)
  }, [current])

  // The one tab stop must always exist: the focused place may be inside a branch that is closed or not loaded yet.
  useEffect(() => {
    setReachable(tree.current?.querySelector(`[data-code="${CSS.escape(focused)}"]`) !== null)
  })

  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const item = target.closest<HTMLElement>('[role=treeitem]')
    if (!item) return
    item.focus({ preventScroll: true })
    const code = item.dataset.code ?? ''
    if (target.closest('[data-turn]')) turn(code, !isOpen(code))
    else choose(code)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const step = stepInTree(
      event.key,
      items.map((item) => ({
        level: Number(item.ariaLevel),
        open: item.ariaExpanded === null ? undefined : item.ariaExpanded === 'true',
        name: item.dataset.name ?? '',
      })),
      at,
    )
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    if (step.kind === 'go') items[step.to]?.focus()
    else {
      const code = items[at]?.dataset.code ?? ''
      if (step.kind === 'choose') choose(code)
      else turn(code, step.kind === 'open')
    }
  }

  const known = { isOpen, turn, choose, current, setFocused, counted, tabStop: reachable ? focused : top.code }
  const root: Node = { ...top, households: 0, hasChildren: true }
  return (
    <div
      role="tree"
      aria-label={t('tree.title')}
      className={classes.tree}
      ref={tree}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <Branch node={root} level={1} known={known} isTop />
    </div>
  )
}

type Known = {
  isOpen: (code: string) => boolean
  turn: (code: string, open: boolean) => void
  choose: (code: string) => void
  current: string
  tabStop: string
  setFocused: (code: string) => void
  counted: boolean
}

function Branch({ node, level, known, isTop = false }: { node: Node; level: number; known: Known; isTop?: boolean }) {
  const t = useWords()
  const { number } = useFormat()
  const open = node.hasChildren && known.isOpen(node.code)
  const below = useAnswer(showPlace, { params: { code: node.code } }, { enabled: open || isTop, staleTime: fresh })
  const leaf = isTop ? below.data?.children.length === 0 : !node.hasChildren
  const households = isTop ? below.data?.households : node.households
  return (
    <>
      <div
        role="treeitem"
        aria-level={level}
        aria-selected={known.current === node.code}
        {...(leaf ? {} : { 'aria-expanded': open })}
        data-code={node.code}
        data-name={node.name}
        data-none={(known.counted && households === 0) || undefined}
        tabIndex={known.tabStop === node.code ? 0 : -1}
        className={classes.item}
        style={{ paddingInlineStart: `${(level - 1) * 16 + 4}px` }}
        onFocus={() => known.setFocused(node.code)}
      >
        <span aria-hidden className={classes.turn} data-turn={leaf ? undefined : true} data-open={open || undefined} />
        <span className={classes.name}>
          <Theirs>{node.name}</Theirs>
          {open && below.isPending && <span className={classes.state}>{t('tree.loading')}</span>}
          {open && below.isError && <span className={classes.state}>{t('tree.failed')}</span>}
        </span>
        {known.counted && households !== undefined && (
          <span className={classes.count}>
            {number(households)}
            <span className="fb-hidden"> {t('tree.unit', { n: households })}</span>
          </span>
        )}
      </div>
      {open &&
        !leaf &&
        below.data?.children.map((child) => <Branch key={child.code} node={child} level={level + 1} known={known} />)}
    </>
  )
}

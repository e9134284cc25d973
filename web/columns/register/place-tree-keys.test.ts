import { describe, expect, it } from 'vitest'
import { stepInTree, type TreeItem } from './place-tree-keys.ts'

/** North (open) over Alder (closed) and Birch (a leaf); South (closed). */
const items: readonly TreeItem[] = [
  { level: 1, open: true, name: 'Whole' },
  { level: 2, open: true, name: 'North' },
  { level: 3, open: false, name: 'Alder' },
  { level: 3, open: undefined, name: 'Birch' },
  { level: 2, open: false, name: 'South' },
]
const [whole, north, alder, birch, south] = [0, 1, 2, 3, 4]

describe('a key in the tree', () => {
  it.each([
    ['ArrowDown', north, { kind: 'go', to: alder }],
    ['ArrowUp', south, { kind: 'go', to: birch }],
    ['Home', birch, { kind: 'go', to: whole }],
    ['End', whole, { kind: 'go', to: south }],
    ['ArrowRight', alder, { kind: 'open' }],
    ['ArrowRight', north, { kind: 'go', to: alder }],
    ['ArrowLeft', north, { kind: 'close' }],
    ['ArrowLeft', birch, { kind: 'go', to: north }],
    ['ArrowLeft', south, { kind: 'go', to: whole }],
    ['Enter', south, { kind: 'choose' }],
    [' ', south, { kind: 'choose' }],
    ['b', whole, { kind: 'go', to: birch }],
    ['n', south, { kind: 'go', to: north }],
  ])('%s at item %i does its work', (key, at, step) => {
    expect(stepInTree(key, items, at)).toEqual(step)
  })

  it.each([
    ['ArrowUp', whole],
    ['ArrowDown', south],
    ['ArrowRight', birch],
    ['Escape', north],
    ['/', north],
    ['z', north],
  ])('%s at item %i is left to the page', (key, at) => {
    expect(stepInTree(key, items, at)).toBeUndefined()
  })

  it('goes nowhere from an item that is not there', () => {
    expect(stepInTree('ArrowDown', items, 9)).toBeUndefined()
  })
})

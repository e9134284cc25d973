import { expect, test } from 'vitest'
import { nameKeys } from './name-keys.ts'

test.each([
  ['\u6797\u5927\u5c71', 'lindashan', 'lds'],
  // Characters beyond the first plane have no reading: they stand for themselves, whole.
  ['\u{20BB7}\u91ce\u{2123D}', '\u{20BB7}ye\u{2123D}', '\u{20BB7}y\u{2123D}'],
])('%s is found under %s and %s', (name, key, initials) => {
  const found = nameKeys('pinyin')(name)
  expect(found).toEqual({ key, initials })
  expect(found.initials.isWellFormed()).toBe(true)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { codeFiles, root } from './files.ts'

const WRITES = /\b(insert\s+into|update|delete\s+from)\s+(village_tally|place_tally|tally_delta)\b/i
const ROOM = 'src/beams/register/place/tally.ts'

it('counts are written in one place only: who writes one table of them and not the others makes the map lie', () => {
  const writers = codeFiles().filter(
    (file) => /^(src|nation)\//.test(file) && WRITES.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(writers).toEqual([ROOM])
})

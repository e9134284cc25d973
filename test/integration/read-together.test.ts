import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOWHERE, ROOT, type Scope, subtree } from '../../src/kernel/place-code.ts'
import type { Statement } from '../../src/platform/db/database.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

let house: TestHouse
let near: Awaited<ReturnType<typeof hamletsOf>>[number]
let far: typeof near

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await hamletsOf(house)
  near = hamlets[0]!
  far = hamlets.find(({ ford }) => ford !== near.ford)!
  for (const [at, hamlet] of [near, far].entries()) {
    const warden = await house.person('warden', hamlet.ford)
    await importAs(house, warden, csv(households(hamlet.official, 100 * (at + 1), 2 + at, codesOf(house))))
  }
})

afterAll(() => house?.close())

const counted: Statement = { name: 'test-count', text: 'select count(*) as count from household' }
const echoed: Statement = { name: 'test-echo', text: 'select $1::text as said, $2::int as number' }

const read = (scope: Scope, statement: Statement, values: (string | number | null)[] = []) =>
  house.db.transaction(scope, (tx) => tx.together([{ statement, values }]), { readOnly: true })

test('what leaves in one message keeps to the scope of each', async () => {
  const scopes = [subtree(near.ford), subtree(far.ford), subtree(ROOT), NOWHERE]
  const asked = Array.from({ length: 40 }, (_, at) => scopes[at % scopes.length]!)
  const answers = await Promise.all(asked.map((scope) => read(scope, counted)))
  expect(answers).toEqual(asked.map((_, at) => [[{ count: [2, 3, 5, 0][at % 4] }]]))
  // Nothing stays on a connection for whoever gets it next.
  const left = await house.db.once<{ count: number }>({ name: 'left', text: counted.text }, [])
  expect(left[0]!.count).toBe(0)
})

test('whoever fails, fails alone and with a reason', async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) => read(NOWHERE, echoed, ['same', at === 7 ? 'no number' : at])),
  )
  expect(answers.map(({ status }, at) => status === (at === 7 ? 'rejected' : 'fulfilled')).every(Boolean)).toBe(true)
  const ninth = answers[9] as PromiseFulfilledResult<unknown>
  expect(ninth.value).toEqual([[{ said: 'same', number: 9 }]])
})

test('values arrive as they are, whatever stands in them', async () => {
  const texts = [`it's`, `\\'; rollback; --`, `"$1"`, '貧困 \n', '']
  for (const text of texts) expect(await read(NOWHERE, echoed, [text, null])).toEqual([[{ said: text, number: null }]])
})

test('statements after the first question run in the same transaction, and may not write', async () => {
  const answers = await house.db.transaction(
    subtree(near.ford),
    async (tx) => {
      await tx.raw('select 1')
      return tx.together([
        { statement: counted, values: [] },
        { statement: echoed, values: ['in order', 1] },
      ])
    },
    { readOnly: true },
  )
  expect(answers).toEqual([[{ count: 2 }], [{ said: 'in order', number: 1 }]])
  await expect(
    read(subtree(ROOT), { name: 'test-write', text: 'delete from household returning household_id' }),
  ).rejects.toThrow()
  expect(await read(subtree(ROOT), counted)).toEqual([[{ count: 5 }]])
})

import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { brokenChecks, questionsOf } from './compare.ts'

const riverland = pack('riverland')
const hearth = householdForm(riverland)
const hamlet = riverland.forms.get('hamlet_card')!

const asked = (before: Record<string, number>, after: Record<string, number>, members = [4, 4]) =>
  questionsOf(hearth, { facts: before, members: members[0]! }, { facts: after, members: members[1]! }).map(
    ({ id }) => id,
  )

describe('questions about an update', () => {
  it.each<[string, string[], Record<string, number>, Record<string, number>, number[]?]>([
    ['nothing that stays near', [], { catch: 30_000 }, { catch: 89_900 }],
    [
      'an income that tripled, computed from its parts',
      ['left_tripled'],
      { catch: 30_000 },
      { catch: 60_000, craft: 30_000 },
    ],
    ['an income that fell to a third', ['left_third'], { catch: 30_000 }, { catch: 10_000 }],
    ['nothing where there was no income', [], { catch: 0 }, { catch: 9_000 }],
    ['nothing where the income is not known', [], {}, { catch: 9_000 }],
    ['a household that doubled', ['folk_doubled'], {}, {}, [2, 4]],
    [
      'an income per head that rose because people left',
      ['left_tripled'],
      { catch: 30_000 },
      { catch: 30_000 },
      [6, 2],
    ],
  ])('ask about %s', (_name, ids, before, after, members) => {
    expect(asked(before, after, members)).toEqual(ids)
  })

  it('say from what to what', () => {
    const questions = questionsOf(hearth, { facts: { catch: 400 }, members: 2 }, { facts: { catch: 400 }, members: 4 })
    expect(questions).toEqual([{ id: 'folk_doubled', field: null, from: 2, to: 4 }])
  })
})

describe('checks of a form', () => {
  const broken = (facts: Record<string, number>) => brokenChecks(hamlet, { facts, members: 0 }).map(({ id }) => id)

  it('let no part be more than its whole', () => {
    expect(broken({ hearths: 9, hearths_poor: 10 })).toEqual(['poor_of_all'])
    expect(broken({ hearths: 10, hearths_poor: 10 })).toEqual([])
  })

  it('say nothing where the part or the whole is not told', () => {
    expect(broken({ hearths_poor: 10 })).toEqual([])
    expect(broken({ hearths: 0 })).toEqual([])
  })
})

import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { changeHousehold, pastHousehold } from './contract.ts'
import { differences } from './difference.ts'
import {
  claimIdentity,
  findByRequest,
  findLife,
  findPastState,
  insertAction,
  keepPast,
  writePresent,
} from './queries.ts'
import { readChange, rulesOf } from './read-change.ts'
import { headOf } from './state.ts'
import { replay } from './timeline.ts'

const DAY_MS = 86_400_000

export function changeRoutes(parts: RegisterParts & { keysOf: KeysOf }): Route[] {
  const { pack, keysOf } = parts
  const rules = rulesOf(pack)
  const incomeField = boundField(householdForm(pack), 'household.income')?.id

  return [
    fulfil(changeHousehold, async ({ tx, caller, now, requestId, audit }, { params, body }) => {
      const { household } = params
      const life = await findLife(tx, household, { lock: true })
      if (!life) throw new Problem('request.not-found')
      const repeated = await findByRequest(tx, household, body.key)
      if (repeated !== undefined) return { version: life.version, saved: true, differences: [] }
      if (body.version !== life.version) throw new Problem('request.conflict')
      const tomorrow = dayOf(new Date(now.getTime() + DAY_MS), pack.utcOffset)
      if (body.effectiveOn > tomorrow) throw new Problem('change.in-future', { day: body.effectiveOn })

      const { change, claim } = await readChange(parts, body.change, body.effectiveOn, life.now)
      const no = life.version + 1
      const before = replay(life.first, life.changes, rules)
      const after = replay(life.first, [...life.changes, { no, effectiveOn: body.effectiveOn, change }], rules)
      const [was, is] = [before.at(-1)!.state, after.at(-1)!.state]
      const found = differences(was, is)
      if (body.preview) return { version: life.version, saved: false, differences: found }
      if (found.length === 0) throw new Problem('change.nothing')
      if (claim && !(await claimIdentity(tx, claim.hash, household, claim.person)))
        throw new Problem('change.identity-taken')

      const actor = { accountId: caller.accountId, postId: caller.postId, requestId, at: now }
      const { effectiveOn, key, why } = body
      const digest = await insertAction(tx, actor, { household, no, key, place: is.place, effectiveOn, why, change })
      await keepPast(tx, household, { before, after, knownFrom: life.knownFrom, at: now })
      const head = headOf(is, rules)
      const income = incomeField === undefined ? undefined : is.facts[is.period]?.[incomeField]
      await writePresent(
        tx,
        {
          household,
          version: no,
          from: after.at(-1)!.from,
          at: now,
          headName: head.name,
          headKey: keysOf(head.name).key,
          income: typeof income === 'number' ? income : null,
          keysOf,
        },
        was,
        is,
      )
      audit({
        kind: `household.${change.kind}`,
        place: is.place,
        subject: 'household',
        subjectId: household,
        detail: { action: no, digest },
      })
      return { version: no, saved: true, differences: found }
    }),

    fulfil(pastHousehold, async ({ tx, now }, { params, query }) => {
      const life = await findLife(tx, params.household, { lock: false })
      const asOf = query.asOf ?? dayOf(now, pack.utcOffset)
      const knownAt = query.knownAt === undefined ? now : new Date(query.knownAt)
      const isPresent = life !== undefined && asOf >= life.validFrom && knownAt >= life.knownFrom
      const found = isPresent
        ? { no: life.version, from: life.validFrom, state: life.now }
        : await findPastState(tx, params.household, { asOf, knownAt })
      if (!found) throw new Problem(life ? 'change.not-known-then' : 'request.not-found', { day: asOf })
      return { version: found.no, from: found.from, ...found.state, members: [...found.state.members] }
    }),
  ]
}

import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { act, callerAs } from '../app/act.ts'
import type { House } from '../app/open.ts'
import {
  type CardWish,
  cardHistory,
  cardWish,
  getCardPlace,
  readCard,
  recordCardChange,
} from '../beams/register/index.ts'
import { dayOf } from '../kernel/calendar.ts'
import { Problem } from '../kernel/problem.ts'
import { demandRight } from '../platform/access/caller.ts'
import { withHouse } from './command.ts'
import { held, json } from './held.ts'
import { resolvePlace } from './places.ts'

const { shape } = cardWish

/** The place that was typed and the form that is filled for it: the one asked for, else the one of its level. */
async function keyOf(house: House, code: string, form: string | undefined) {
  const asked = form === undefined ? undefined : house.pack.forms.get(form)?.level
  const place = await resolvePlace(house, code, asked)
  const own = form ?? [...house.pack.forms.values()].find((one) => one.level === place.level)?.id
  if (own === undefined) throw new Problem('request.not-found')
  return { place: place.code, form: own }
}

export function cardCommand(): Command {
  return new Command('card')
    .description('the card of a place with its history, as JSON')
    .argument('<code>', 'code of the place')
    .option('--form <form>', 'form id of the pack; the one of the place’s level without it')
    .option('--as <login>', 'act under the post of this account')
    .action((code: string, options: { form?: string; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        const key = await keyOf(house, code, options.form)
        const shown = await house.db.transaction(
          caller.scope,
          async (tx) => {
            await getCardPlace(tx, house.pack, caller, key)
            return { ...key, ...(await readCard(tx, key)), history: await cardHistory(tx, key) }
          },
          { readOnly: true },
        )
        output.say(JSON.stringify(shown, null, 2))
        output.result(shown)
        return undefined
      }),
    )
}

type UpdateOptions = {
  form?: string
  period: string
  facts: CardWish['change']['facts']
  correct?: boolean
  confirm?: string
  on?: string
  why: string
  key?: string
  preview?: boolean
  as?: string
}

export function updateCommand(): Command {
  return new Command('update')
    .description('write facts of a period on the card of a place, or show what that would change')
    .argument('<code>', 'code of the place')
    .requiredOption('--period <period>', 'the period that the facts are of')
    .requiredOption('--facts <json>', '{"field":value …}, null takes one away', held(shape.change.shape.facts, json))
    .requiredOption('--why <reason>', 'reason kept in the history', held(shape.why))
    .option('--form <form>', 'form id of the pack; the one of the place’s level without it')
    .option('--correct', 'correct what is recorded instead of updating it')
    .option('--confirm <ids>', 'questions answered with yes, separated by commas')
    .option('--on <day>', 'first day on which it holds (YYYY-MM-DD); today when left out', held(shape.effectiveOn))
    .option('--key <uuid>', 'the same key twice is one change', held(shape.key))
    .option('--preview', 'only show the differences')
    .option('--as <login>', 'act under the post of this account')
    .action((code: string, options: UpdateOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.change')
        const key = await keyOf(house, code, options.form)
        const done = await act(house, caller, async ({ tx, now, audit }) => {
          const wish: CardWish = {
            version: (await readCard(tx, key)).version,
            key: options.key ?? randomUUID(),
            effectiveOn: options.on ?? dayOf(now, house.pack.utcOffset),
            why: options.why,
            preview: options.preview ?? false,
            change: {
              kind: options.correct ? 'correct-facts' : 'update-facts',
              period: options.period,
              facts: options.facts,
              confirmed: options.confirm?.split(',').filter(Boolean),
            },
          }
          const { accountId, postId } = caller
          return recordCardChange(
            tx,
            house.pack,
            { accountId, postId, requestId: randomUUID(), at: now, caller },
            key,
            wish,
            audit,
          )
        })
        for (const { period, field, from, to } of done.differences)
          output.say(`${period} ${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`)
        for (const { id, field, from, to } of done.questions) output.say(`asks ${id}: ${field} from ${from} to ${to}?`)
        output.say(done.saved ? `Saved as version ${done.version}.` : 'Not saved: a preview.')
        output.result(done)
        return undefined
      }),
    )
}

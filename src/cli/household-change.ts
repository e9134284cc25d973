import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { type ChangeWish, changeWish, findHousehold, notHere, recordChange } from '../beams/register/index.ts'
import { dayOf } from '../kernel/calendar.ts'
import { demandRight } from '../platform/access/caller.ts'
import { withHouse } from './command.ts'
import { wholeNumber } from './format.ts'
import { held, json } from './held.ts'

type ChangeOptions = {
  change: ChangeWish['change']
  on?: string
  why: string
  key?: string
  preview?: boolean
  as?: string
}

const { shape } = changeWish

export function changeCommand(): Command {
  return new Command('change')
    .description('record a change of a household, or show what it would change')
    .argument('<household>', 'id of the household', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .requiredOption(
      '--change <json>',
      'what: {"kind":"remove-member","person":7,"reason":"01"} …, as in the API',
      held(shape.change, json),
    )
    .requiredOption('--why <reason>', 'reason kept in the history', held(shape.why))
    .option('--on <day>', 'first day on which it holds (YYYY-MM-DD); today when left out', held(shape.effectiveOn))
    .option('--key <uuid>', 'the same key twice is one change', held(shape.key))
    .option('--preview', 'only show the differences')
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: ChangeOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.change')
        const done = await act(house, caller, async ({ tx, now, audit }) => {
          const card = await findHousehold(tx, id)
          if (!card) throw await notHere(tx, id)
          const wish: ChangeWish = {
            version: card.household.version,
            key: options.key ?? randomUUID(),
            effectiveOn: options.on ?? dayOf(now, house.pack.utcOffset),
            why: options.why,
            preview: options.preview ?? false,
            change: options.change,
          }
          const { accountId, postId, scope } = caller
          const actor = { accountId, postId, scope, requestId: randomUUID(), at: now }
          return recordChange(tx, house.register, actor, id, wish, audit)
        })
        for (const { person, period, field, from, to } of done.differences) {
          const about = [person === null ? 'household' : `person ${person}`, period, field].filter(Boolean).join(' ')
          output.say(`${about}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`)
        }
        if (done.other) {
          const { does, household, number, place } = done.other
          const which = household === null ? '' : ` ${household}`
          output.say(`The household${which} (number ${number} in ${place}) ${does.replace('-', ' ')}.`)
        }
        output.say(done.saved ? `Saved as version ${done.version}.` : 'Not saved: a preview.')
        output.result(done)
        return undefined
      }),
    )
}

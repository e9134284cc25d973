import { Command } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { checkToken, findCards, revokeNoted } from '../beams/register/index.ts'
import { Problem } from '../kernel/problem.ts'
import { demandRight } from '../platform/access/caller.ts'
import { exit, withHouse } from './command.ts'
import { wholeNumber } from './format.ts'

const household = wholeNumber(1, Number.MAX_SAFE_INTEGER)

export function cardCommand(): Command {
  const card = new Command('card').description('Printed household cards')
  card.addCommand(listCommand())
  card.addCommand(revokeCommand())
  card.addCommand(checkCommand())
  return card
}

function listCommand(): Command {
  return new Command('list')
    .description('the printed cards of a household, the latest first')
    .argument('<household>', 'id of the household', household)
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, options: { as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.export')
        const cards = await act(house, caller, ({ tx }) => findCards(tx, id))
        if (!cards) throw new Problem('request.not-found')
        for (const { card_no: no, issued_at: at, by, ending, why } of cards) {
          output.say([no, at.toISOString(), by ?? 'operator', ending ?? 'valid', why ?? ''].join('\t').trimEnd())
        }
        if (cards.length === 0) output.say('No card was printed yet.')
        output.result({ cards })
        return undefined
      }),
    )
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('declare a printed card invalid; whoever scans it is told')
    .argument('<household>', 'id of the household', household)
    .argument('<no>', 'number of the card within the household', wholeNumber(1, 1_000_000))
    .requiredOption('--why <reason>', 'reason that is kept')
    .option('--as <login>', 'act under the post of this account')
    .action((id: number, no: number, options: { why: string; as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.export')
        const card = { household: id, no, why: options.why }
        await act(house, caller, ({ tx, now, audit }) => revokeNoted(tx, house.pack, caller, now, card, audit))
        output.say(`Card ${id}-${no} is no longer valid.`)
        output.result({ household: id, no })
        return undefined
      }),
    )
}

function checkCommand(): Command {
  return new Command('check')
    .description('whether a printed card is genuine and valid; ends with 1 when it is not')
    .argument('<token>', 'what its square code holds: the token, or the whole address')
    .action((text: string, _options: unknown, command: Command) =>
      withHouse(command, async (house, output) => {
        const token = text.slice(text.lastIndexOf('/') + 1)
        const caller = await callerAs(house, undefined)
        const check = await act(house, caller, ({ tx }) => checkToken(tx, house.register, caller, token, 'en'))
        output.say(
          [check.state, check.office, check.issuedOn, check.household && `household ${check.household}`]
            .filter(Boolean)
            .join(', '),
        )
        output.result(check)
        return check.state === 'valid' ? exit.done : exit.refused
      }),
    )
}

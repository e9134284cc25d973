import { Command, InvalidArgumentError } from 'commander'
import { listSessions } from '../platform/access/session-list.ts'
import { signOutUser } from '../platform/access/users/acts.ts'
import { accountNamed } from '../platform/access/users/queries.ts'
import { withHouse } from './command.ts'
import { administer } from './user.ts'

export function sessionCommand(): Command {
  const session = new Command('session').description('Who is signed in where')
  session
    .command('list')
    .description('where an account is signed in, the session seen last first')
    .argument('<login>', 'sign-in name')
    .action((login: string, _options: unknown, command: Command) =>
      withHouse(command, async (house, output) => {
        const lines = await administer(house, {}, async ({ tx, now }) =>
          listSessions(tx, await accountNamed(tx, login), now),
        )
        for (const line of lines) {
          const { id, role, place_name: place, seen_at: seen, agent } = line
          output.say(`${id}  ${seen.toISOString()}  ${role} at ${place}  ${agent}`)
        }
        if (lines.length === 0) output.say(`${login} is signed in nowhere.`)
        output.result({ login, sessions: lines })
        return undefined
      }),
    )
  session
    .command('end')
    .description('sign an account out, everywhere or of one session; a running server obeys within a second')
    .argument('<login>', 'sign-in name')
    .argument('[id]', 'session as listed; all of them without it', sessionId)
    .action((login: string, id: string | undefined, _options: unknown, command: Command) =>
      withHouse(command, async (house, output) => {
        const ended = await administer(house, {}, async (act) =>
          signOutUser(house.users, act, await accountNamed(act.tx, login), id),
        )
        output.say(`Sessions of ${login} ended: ${ended}.`)
        output.result({ login, ended })
        return undefined
      }),
    )
  return session
}

function sessionId(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new InvalidArgumentError('A session is named by the 64 characters of the list.')
  return text
}

import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { addUser, resetFactor, resetPassword } from '../app/operator.ts'
import { Problem } from '../kernel/problem.ts'
import { withHouse } from './command.ts'
import { resolvePlace } from './places.ts'

export function userCommand(): Command {
  const user = new Command('user').description('Accounts and their posts')
  user
    .command('add')
    .description('make an account with a post; the password is read from FOURBEAMS_PASSWORD, or made and printed')
    .argument('<login>', 'sign-in name')
    .requiredOption('--role <role>', 'role id of the policy pack')
    .requiredOption('--place <code>', 'official code of the place; 0 for the whole programme')
    .option('--name <name>', 'name shown to others')
    .action((login: string, options: { role: string; place: string; name?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        const { db, register, pack, settings } = house
        const role = pack.roles.find((one) => one.id === options.role)
        if (!role)
          throw new Problem('access.unknown-role', {
            role: options.role,
            known: pack.roles.map((one) => one.id).join(', '),
          })
        const level = pack.levels.findIndex((one) => one.id === role.level)
        const place = await resolvePlace(house, options.place, level)
        const { given, password } = newPassword()
        const accountId = await addUser(
          { db, pack, now: settings.now, ids: register.ids, chainOf: register.chainOf },
          { login, name: options.name ?? login, password, role: role.id, place: place.code },
        )
        output.say(`Account ${login} made: ${role.id} at ${place.name}.${given ? '' : ` Password: ${password}`}`)
        output.result({ account: accountId, login, role: role.id, place: place.code, ...(given ? {} : { password }) })
        return undefined
      }),
    )
  user
    .command('reset-password')
    .description('set another password, read from FOURBEAMS_PASSWORD or made and printed; all sessions end')
    .argument('<login>', 'sign-in name')
    .action((login: string, _options: unknown, command: Command) =>
      withHouse(command, async ({ db, register, settings }, output) => {
        const { given, password } = newPassword()
        const house = { db, now: settings.now, chainOf: register.chainOf }
        const ended = await resetPassword(house, login, password)
        output.say(
          `Another password set for ${login}; sessions ended: ${ended}.${given ? '' : ` Password: ${password}`}`,
        )
        output.result({ login, ended, ...(given ? {} : { password }) })
        return undefined
      }),
    )
  user
    .command('reset-totp')
    .description('take away the second factor of somebody whose device is lost; all sessions end')
    .argument('<login>', 'sign-in name')
    .action((login: string, _options: unknown, command: Command) =>
      withHouse(command, async ({ db, register, settings }, output) => {
        const ended = await resetFactor({ db, now: settings.now, chainOf: register.chainOf }, login)
        output.say(`The second factor of ${login} is gone; sessions ended: ${ended}.`)
        output.result({ login, ended })
        return undefined
      }),
    )
  return user
}

function newPassword(): { given: boolean; password: string } {
  const given = process.env.FOURBEAMS_PASSWORD
  return { given: given !== undefined, password: given ?? randomBytes(12).toString('base64url') }
}

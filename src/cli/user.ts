import { Command, InvalidArgumentError } from 'commander'
import { type Act, act, callerAs } from '../app/act.ts'
import type { House } from '../app/open.ts'
import { dayOf, isDay } from '../kernel/calendar.ts'
import { demandRight, narrow } from '../platform/access/caller.ts'
import { hashPassword } from '../platform/access/password.ts'
import { randomCode } from '../platform/access/totp.ts'
import * as acts from '../platform/access/users/acts.ts'
import { accountNamed, usersPage } from '../platform/access/users/queries.ts'
import { type Output, withHouse } from './command.ts'
import { wholeNumber } from './format.ts'
import { resolvePlace } from './places.ts'

type As = { as?: string }
type PostOptions = As & { role: string; place: string; from?: string; to?: string }

export function userCommand(): Command {
  const user = new Command('user').description('Accounts and their posts')
  for (const command of [
    addCommand(),
    listCommand(),
    onAccount('disable', 'close an account; all sessions end', async (house, act, { account, login }, output) => {
      const ended = await acts.disableUser(house.users, act, account)
      output.say(`Account ${login} closed; sessions ended: ${ended}.`)
      output.result({ login, ended })
    }),
    onAccount('enable', 'open an account that was closed or locked', async (house, act, { account, login }, output) => {
      await acts.enableUser(house.users, act, account)
      output.say(`Account ${login} is open.`)
      output.result({ login })
    }),
    resetPasswordCommand(),
    onAccount(
      'reset-factor',
      'take away the second factor of somebody whose device is lost; all sessions end',
      async (house, act, { account, login }, output) => {
        const ended = await acts.resetFactor(house.users, act, account)
        output.say(`The second factor of ${login} is gone; sessions ended: ${ended}.`)
        output.result({ login, ended })
      },
    ),
    postCommand(),
  ]) {
    user.addCommand(command)
  }
  return user
}

/** Runs work as the operator or as an account, with the right to run accounts, in one audited transaction. */
export async function administer<T>(house: House, { as }: As, work: (act: Act) => Promise<T>): Promise<T> {
  const caller = await callerAs(house, as)
  demandRight(caller, 'user.manage')
  return act(house, caller, work)
}

function addCommand(): Command {
  return postOptions(
    new Command('add')
      .description(
        'make an account with a post; the password is read from FOURBEAMS_PASSWORD, or made, printed, and to be changed at the first sign-in',
      )
      .argument('<login>', 'sign-in name')
      .option('--name <name>', 'name shown to others'),
  ).action((login: string, options: PostOptions & { name?: string }, command: Command) =>
    withHouse(command, async (house, output) => {
      const { given, password, passwordHash } = await newPassword(login)
      const { post, placeName } = await postOf(house, options)
      const account = await administer(house, options, (act) =>
        acts.addUser(
          house.users,
          act,
          { login, name: options.name ?? login, passwordHash, temporary: !given, language: house.pack.languages[0]! },
          post,
        ),
      )
      output.say(`Account ${login} made: ${post.role} at ${placeName}.${given ? '' : ` Password: ${password}`}`)
      output.result({ account, login, role: post.role, place: post.place, ...(given ? {} : { password }) })
      return undefined
    }),
  )
}

type ListOptions = As & {
  place?: string
  text?: string
  role?: string
  state?: 'open' | 'disabled' | 'ended'
  limit: number
}

function listCommand(): Command {
  return new Command('list')
    .description('who holds a post, in the order of places')
    .option('--place <code>', 'a place and all below it')
    .option('--text <text>', 'beginning of a sign-in name or a name')
    .option('--role <roles>', 'role ids, separated by commas')
    .option('--state <state>', 'open, disabled or ended; without it all posts that have not ended', state)
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000), 200)
    .option('--as <login>', 'act under the post of this account')
    .action((options: ListOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const place = options.place === undefined ? undefined : (await resolvePlace(house, options.place)).code
        const users = await administer(house, options, ({ tx, caller, now }) => {
          const filter = {
            scope: narrow(caller, place),
            text: options.text,
            roles: options.role?.split(',').filter(Boolean),
            state: options.state,
            on: dayOf(now, house.pack.utcOffset),
          }
          return usersPage(tx, filter, { after: undefined, limit: options.limit })
        })
        for (const one of users) {
          const marks = [
            one.disabled && 'closed',
            one.temporary && 'temporary password',
            one.has_factor && 'two factors',
          ]
          output.say(
            [
              one.login,
              one.name,
              one.role,
              one.place_code,
              one.place_name,
              one.from_on,
              one.to_on ?? '',
              marks.filter(Boolean).join(', '),
            ].join('\t'),
          )
        }
        output.result({ users })
        return undefined
      }),
    )
}

function resetPasswordCommand(): Command {
  return new Command('reset-password')
    .description(
      'set another password, read from FOURBEAMS_PASSWORD, or made, printed, and to be changed at the next sign-in; all sessions end',
    )
    .argument('<login>', 'sign-in name')
    .option('--as <login>', 'act under the post of this account')
    .action((login: string, options: As, command: Command) =>
      withHouse(command, async (house, output) => {
        const { given, password, passwordHash } = await newPassword(login)
        const ended = await administer(house, options, async (act) =>
          acts.resetPassword(house.users, act, await accountNamed(act.tx, login), { passwordHash, temporary: !given }),
        )
        output.say(
          `Another password set for ${login}; sessions ended: ${ended}.${given ? '' : ` Password: ${password}`}`,
        )
        output.result({ login, ended, ...(given ? {} : { password }) })
        return undefined
      }),
    )
}

function postCommand(): Command {
  const post = new Command('post').description('Posts of an account')
  post.addCommand(
    postOptions(
      new Command('add').description('give an account one more post').argument('<login>', 'sign-in name'),
    ).action((login: string, options: PostOptions, command: Command) =>
      withHouse(command, async (house, output) => {
        const { post, placeName } = await postOf(house, options)
        const id = await administer(house, options, async (act) =>
          acts.addPost(house.users, act, await accountNamed(act.tx, login), post),
        )
        output.say(`${login} is ${post.role} at ${placeName} (post ${id}).`)
        output.result({ login, post: id, role: post.role, place: post.place })
        return undefined
      }),
    ),
  )
  post.addCommand(
    new Command('end')
      .description('end a post, from today or from a later day on')
      .argument('<login>', 'sign-in name')
      .argument('<post>', 'number of the post, as user list --json gives it', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--on <day>', 'day from which no longer', day)
      .option('--as <login>', 'act under the post of this account')
      .action((login: string, id: number, options: As & { on?: string }, command: Command) =>
        withHouse(command, async (house, output) => {
          const to = await administer(house, options, async (act) =>
            acts.endPost(house.users, act, await accountNamed(act.tx, login), id, options.on),
          )
          output.say(`Post ${id} of ${login} ends on ${to}.`)
          output.result({ login, post: id, to })
          return undefined
        }),
      ),
  )
  return post
}

/** A command that does one thing about one account. */
function onAccount(
  name: string,
  description: string,
  work: (house: House, act: Act, user: { account: number; login: string }, output: Output) => Promise<void>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<login>', 'sign-in name')
    .option('--as <login>', 'act under the post of this account')
    .action((login: string, options: As, command: Command) =>
      withHouse(command, async (house, output) => {
        await administer(house, options, async (act) =>
          work(house, act, { account: await accountNamed(act.tx, login), login }, output),
        )
        return undefined
      }),
    )
}

function postOptions(command: Command): Command {
  return command
    .requiredOption('--role <role>', 'role id of the policy pack')
    .requiredOption('--place <code>', 'official code of the place; 0 for the whole programme')
    .option('--from <day>', 'first day in post, today without it', day)
    .option('--to <day>', 'day from which no longer', day)
    .option('--as <login>', 'act under the post of this account')
}

/** The post that the options say; the place is looked for at the level of the role. */
async function postOf(house: House, { role, place: code, from, to }: PostOptions) {
  const place = await resolvePlace(house, code, house.users.roles.get(role)?.level)
  return { post: { role, place: place.code, from, to }, placeName: place.name }
}

/** A password that whoever runs the command chose, or one that is made and printed. */
async function newPassword(login: string) {
  const given = process.env.FOURBEAMS_PASSWORD
  const password = given ?? randomCode()
  return { given: given !== undefined, password, passwordHash: await hashPassword(password, login) }
}

function day(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('Write a day as 2016-09-30.')
  return text
}

function state(text: string): string {
  if (!['open', 'disabled', 'ended'].includes(text)) throw new InvalidArgumentError('Use open, disabled or ended.')
  return text
}

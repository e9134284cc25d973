import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { fulfil, fulfilAfter, type Route } from '../../http/handler.ts'
import { narrow, reaches } from '../caller.ts'
import { hashPassword } from '../password.ts'
import { listSessions } from '../session-list.ts'
import { randomCode } from '../totp.ts'
import * as acts from './acts.ts'
import { beyond } from './authority.ts'
import * as contract from './contract.ts'
import { type UserKey, type UserPost, type UserRow, usersPage } from './queries.ts'

/** What administrators of a place do about the accounts at their place and below. */
export function userRoutes(parts: acts.UserParts): Route[] {
  /** Hashing takes its time, so it is done before a connection is held for the transaction. */
  const freshPassword = async () => {
    const password = randomCode()
    return { password, passwordHash: await hashPassword(password, '') }
  }

  return [
    fulfil(contract.listUsers, async ({ tx, caller, now }, { query }) => {
      const { place, text, role, state, limit } = query
      const filter = { scope: narrow(caller, place), text, roles: role, state, on: dayOf(now, parts.utcOffset) }
      const rows = await usersPage(tx, filter, { after: readKey(query.after), limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        users: page.map((row) => ({
          account: row.account_id,
          login: row.login,
          name: row.name,
          disabled: row.disabled,
          temporary: row.temporary,
          factor: row.has_factor,
          post: postOf(row),
        })),
        next: rows.length > limit && last ? `${last.place_code}.${last.post_id}` : null,
      }
    }),

    fulfil(contract.listRoles, async ({ caller }) => ({
      roles: [...parts.roles]
        .filter(([id]) => beyond(caller, parts.roles, id).length === 0)
        .map(([id, { level }]) => ({ id, level })),
    })),

    fulfil(contract.showUser, async (context, { params }) => {
      const { tx, caller, now } = context
      const { account, posts, verdict } = await acts.seeUser(parts, context, params.account)
      const near = posts.filter((one) => reaches(caller, one.place_code))
      const sessions = verdict === 'yes' ? await listSessions(tx, account.account_id, now) : []
      return {
        account: account.account_id,
        login: account.login,
        name: account.name,
        createdAt: account.created_at.toISOString(),
        disabledAt: account.disabled_at?.toISOString() ?? null,
        lockedUntil: account.locked_until && account.locked_until > now ? account.locked_until.toISOString() : null,
        temporary: account.temporary,
        factor: account.has_factor,
        posts: near.map((one) => ({ ...postOf(one), ended: one.ended })),
        elsewhere: posts.filter((one) => !one.ended).length - near.filter((one) => !one.ended).length,
        manage: verdict,
        sessions: sessions.map((line) => ({
          id: line.id,
          agent: line.agent,
          role: line.role,
          openedAt: line.created_at.toISOString(),
          seenAt: line.seen_at.toISOString(),
        })),
      }
    }),

    fulfilAfter(contract.addUser, freshPassword, async (context, { body, before: { password, passwordHash } }) => {
      const { login, name, ...post } = body
      const { language } = context.caller
      const account = await acts.addUser(parts, context, { login, name, passwordHash, temporary: true, language }, post)
      return { account, password }
    }),

    fulfil(contract.addUserPost, async (context, { params, body }) => ({
      post: await acts.addPost(parts, context, params.account, body),
    })),

    fulfil(contract.endUserPost, async (context, { params, body }) => ({
      to: await acts.endPost(parts, context, params.account, params.post, body.on),
    })),

    fulfil(contract.disableUser, async (context, { params }) => ({
      ended: await acts.disableUser(parts, context, params.account),
    })),

    fulfil(contract.enableUser, async (context, { params }) => {
      await acts.enableUser(parts, context, params.account)
      return {}
    }),

    fulfilAfter(
      contract.resetUserPassword,
      freshPassword,
      async (context, { params, before: { password, passwordHash } }) => {
        const ended = await acts.resetPassword(parts, context, params.account, { passwordHash, temporary: true })
        return { password, ended }
      },
    ),

    fulfil(contract.resetUserFactor, async (context, { params }) => ({
      ended: await acts.resetFactor(parts, context, params.account),
    })),

    fulfil(contract.endUserSessions, async (context, { params, query }) => ({
      ended: await acts.signOutUser(parts, context, params.account, query.session),
    })),
  ]
}

function postOf(row: UserRow | UserPost) {
  return {
    id: row.post_id,
    role: row.role,
    place: { code: row.place_code, name: row.place_name, level: row.level },
    from: row.from_on,
    to: row.to_on,
  }
}

function readKey(after: string | undefined): UserKey | undefined {
  if (after === undefined) return undefined
  const match = /^([0-9A-Z]{1,40})\.(\d{1,15})$/.exec(after)
  if (!match) throw new Problem('request.invalid', { detail: 'query.after: use the “next” of the page before' })
  return { place: match[1]!, post: Number(match[2]) }
}

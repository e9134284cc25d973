import { z } from 'zod'

/**
 * A route as data. One declaration validates the input, types the handler and the web client, lets out only the
 * listed fields, says which right is needed, and becomes the OpenAPI document.
 */
export type Contract<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> = {
  /** Stable name, `room.verb`; OpenAPI's operationId. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with `:name` places, below `/api`. */
  readonly path: `/api/${string}`
  /** One line for people. */
  readonly summary: string
  /**
   * The right that the caller's post must carry. `public` needs no sign-in, `signed-in` any account with a post.
   * Whatever the right, records outside the scope of the caller's post do not exist for the handler.
   */
  readonly right: Right
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly answer: Answer
  /**
   * Asks that the caller showed the password or a code within the last quarter of an hour: always, or where a part of
   * the query has a value.
   */
  readonly grave?: 'always' | { readonly query: string; readonly is: string }
  /** Writes in bulk, so it needs a connection that can take COPY. */
  readonly bulk?: boolean
  /** What travels, where it is not JSON: an upload of one file, or a download. */
  readonly transfer?: 'upload' | 'download'
}

/** Every right there is. The pack gives rights to roles; it cannot invent one. */
export const rights = [
  'place.read',
  'place.manage',
  'household.read',
  'household.change',
  'household.export',
  'household.import',
  'period.manage',
  'identity.reveal',
  'job.read',
  'user.manage',
  'audit.read',
] as const

export type Right = (typeof rights)[number] | 'signed-in' | 'public'

const nothing = z.object({}).strict()

/** Declares a route; what is left out takes no input. */
export function route<
  Answer extends z.ZodType,
  Params extends z.ZodType = typeof nothing,
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof nothing,
>(
  declaration: Omit<Contract<Params, Query, Body, Answer>, 'params' | 'query' | 'body'> & {
    params?: Params
    query?: Query
    body?: Body
  },
): Contract<Params, Query, Body, Answer> {
  return {
    ...declaration,
    params: declaration.params ?? (nothing as unknown as Params),
    query: declaration.query ?? (nothing as unknown as Query),
    body: declaration.body ?? (nothing as unknown as Body),
  }
}

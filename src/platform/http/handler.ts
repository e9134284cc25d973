import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Caller } from '../access/caller.ts'
import type { Entry } from '../audit/write.ts'
import type { Tx } from '../db/database.ts'
import type { Contract } from './contract.ts'

/** What a handler has in its hands: one transaction in the caller's scope, and who is asking. */
export type Context = {
  readonly tx: Tx
  /** Present on every route whose right is not `public`. */
  readonly caller: Caller
  readonly now: Date
  readonly requestId: string
  /** The session's token, for the handlers of sign-in and sign-out. */
  readonly token: string | undefined
  /** Language tag to write texts in. */
  readonly language: string
  /** Notes something for the audit; written at the end of the transaction, and only if it commits. */
  audit(entry: Entry): void
  /** Called after commit, before the answer leaves. */
  afterCommit(work: () => void | Promise<void>): void
  /** Sets or, with nothing, removes the session cookie. */
  setSession(token: string | undefined): void
}

/** A file on its way in. */
export type Upload = { readonly fileName: string; readonly content: Readable }

/** A file on its way out. */
export type Download = { readonly fileName: string; readonly type: string; readonly content: Readable | Buffer }

export type Input<C extends Contract, Before = unknown> = {
  params: z.output<C['params']>
  query: z.output<C['query']>
  body: z.output<C['body']>
  /** Present on routes that take an upload. */
  upload?: Upload
  /** What the route's `before` returned. */
  before: Before
}

export type Handler<C extends Contract, Before = unknown> = (
  context: Context,
  input: Input<C, Before>,
) => Promise<z.input<C['answer']> | Download>

/**
 * Work before the transaction begins, for what needs transactions of its own. Inside, asking for a second connection
 * while holding the first makes a crowd of requests wait for each other for ever.
 */
export type Before<C extends Contract, Result> = (
  input: Pick<Input<C>, 'params' | 'query' | 'body' | 'upload'>,
  about: { readonly agent: string; readonly caller: Caller | undefined },
) => Promise<Result>

/** A contract with the function that fulfils it. */
export type Route = {
  readonly contract: Contract
  readonly before: Before<Contract, unknown> | undefined
  readonly handle: Handler<Contract>
}

/** Joins a contract and its handler; the compiler holds the handler to the contract. */
export function fulfil<C extends Contract>(contract: C, handle: Handler<C>): Route {
  return { contract, before: undefined, handle: handle as unknown as Handler<Contract> }
}

/** As `fulfil`, with work before the transaction, whose result the handler gets. */
export function fulfilAfter<C extends Contract, Result>(
  contract: C,
  before: Before<C, Result>,
  handle: Handler<C, Result>,
): Route {
  return {
    contract,
    before: before as unknown as Before<Contract, unknown>,
    handle: handle as unknown as Handler<Contract>,
  }
}

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { z } from 'zod'
import type { Contract } from '../../src/platform/http/contract.ts'
import { ApiProblem, problemOf, unreachable } from './problem.ts'
import { wire } from './wire.ts'

/**
 * What may be sent for a schema: its input, with two helps. Where the server turns text into a number the caller
 * gives the number, and where it splits a text at commas the caller may give a list.
 */
export type Sent<S extends z.ZodType> = {
  [K in keyof z.input<S>]: unknown extends z.input<S>[K]
    ? Out<S, K>
    : NonNullable<Out<S, K>> extends readonly string[]
      ? z.input<S>[K] | readonly string[]
      : z.input<S>[K]
}
type Out<S extends z.ZodType, K> = K extends keyof z.output<S> ? z.output<S>[K] : never

/** Holds when everything in it may be left out. */
type Nothing = Record<never, never>
type Part<Name extends string, S extends z.ZodType> =
  Nothing extends Sent<S> ? { [N in Name]?: Sent<S> } : { [N in Name]: Sent<S> }

/** The input of a route: `params`, `query` and `body` as its contract has them, `file` for uploads. */
export type InputOf<C extends Contract> = Part<'params', C['params']> &
  Part<'query', C['query']> &
  Part<'body', C['body']> & { file?: File }

export type AnswerOf<C extends Contract> = z.output<C['answer']>

type LooseInput = { params?: object; query?: object; body?: object; file?: File }

/** The address of a route with its input, for links to downloads. */
export function addressOf<C extends Contract>(contract: C, input: InputOf<C>): string {
  const { params = {}, query = {} } = input as LooseInput
  const values = params as Record<string, unknown>
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    if (Array.isArray(value) && value.length === 0) continue
    search.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return search.size > 0 ? `${path}?${search}` : path
}

/**
 * Calls a route. Answers with what its contract promises; throws an `ApiProblem` for every refusal, and for a
 * network that does not answer. An ended session leads to the sign-in page on the way;
 * a grave act asks for proof first.
 */
export async function call<C extends Contract>(
  contract: C,
  input: InputOf<C>,
  options: { signal?: AbortSignal } = {},
): Promise<AnswerOf<C>> {
  return (await (await send(contract, input, options)).json()) as AnswerOf<C>
}

/** Fetches the file of a route and hands it to the browser to keep. Throws as `call` does. */
export async function download<C extends Contract>(contract: C, input: InputOf<C>): Promise<void> {
  const response = await send(contract, input, {})
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'file'
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = decodeURIComponent(name)
  link.click()
  // Not at once: some browsers begin to read only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

async function send<C extends Contract>(
  contract: C,
  input: InputOf<C>,
  options: { signal?: AbortSignal },
): Promise<Response> {
  const { body, file } = input as LooseInput
  const headers: Record<string, string> = { accept: 'application/json', 'x-language': wire.language }
  if (contract.method !== 'GET' && wire.pageToken) headers['x-page-token'] = wire.pageToken
  let content: BodyInit | undefined
  if (contract.transfer === 'upload' && file) {
    content = new FormData()
    content.append('file', file, file.name)
  } else if (body !== undefined) {
    headers['content-type'] = 'application/json'
    content = JSON.stringify(body)
  }
  const response = await fetch(addressOf(contract, input), {
    method: contract.method,
    headers,
    body: content ?? null,
    credentials: 'same-origin',
    signal: options.signal ?? null,
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error
    throw unreachable()
  })
  if (!response.ok) {
    const problem = await problemOf(response)
    if (problem.code === 'access.not-signed-in' && contract.right !== 'public' && contract.id !== 'session.show') {
      wire.signedOut()
    }
    // Once it is shown who sits here, the act goes on by itself.
    if (problem.code === 'access.proof-wanted' && (await wire.prove?.())) return send(contract, input, options)
    throw problem
  }
  return response
}

type AnswerOptions<C extends Contract> = {
  enabled?: boolean
  /** Milliseconds an answer counts as fresh. */
  staleTime?: number
  /** Milliseconds between polls; a function may look at the last answer. */
  every?: number | false | ((last: AnswerOf<C> | undefined) => number | false)
  /** Shows the answer to the input before while the next one is on its way. */
  keepPrevious?: boolean
}

/** The answer of a route as a query, kept under the key `[contract.id, input]`. */
export function useAnswer<C extends Contract>(contract: C, input: InputOf<C>, options: AnswerOptions<C> = {}) {
  const { every, keepPrevious } = options
  return useQuery<AnswerOf<C>, ApiProblem>({
    queryKey: [contract.id, input],
    queryFn: ({ signal }) => call(contract, input, { signal }),
    enabled: options.enabled ?? true,
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    ...(every === undefined
      ? {}
      : {
          refetchInterval:
            typeof every === 'function'
              ? (query: { state: { data: AnswerOf<C> | undefined } }) => every(query.state.data)
              : every,
        }),
    ...(keepPrevious ? { placeholderData: (before: AnswerOf<C> | undefined) => before } : {}),
  } as Parameters<typeof useQuery<AnswerOf<C>, ApiProblem>>[0])
}

/**
 * A long list, page by page. `next` reads from the last page what the next one is asked with, or nothing at the end.
 * `rowsOf` says where the rows stand in a page; all rows loaded so far come as one list.
 */
export function usePages<C extends Contract, Row>(
  contract: C,
  input: InputOf<C>,
  options: {
    next: (last: AnswerOf<C>) => Record<string, unknown> | null | undefined
    rowsOf: (page: AnswerOf<C>) => readonly Row[]
    enabled?: boolean
  },
) {
  const { next, rowsOf } = options
  const pages = useInfiniteQuery<AnswerOf<C>, ApiProblem>({
    queryKey: [contract.id, 'pages', input],
    enabled: options.enabled ?? true,
    initialPageParam: {},
    queryFn: ({ pageParam, signal }) => {
      const { query = {} } = input as LooseInput
      return call(contract, { ...input, query: { ...query, ...(pageParam as object) } } as InputOf<C>, { signal })
    },
    getNextPageParam: (last) => next(last as AnswerOf<C>) ?? undefined,
  })
  const { data } = pages
  const rows = useMemo(() => data?.pages.flatMap((page) => [...rowsOf(page as AnswerOf<C>)]), [data, rowsOf])
  return {
    /** Missing until the first page is there. */
    rows,
    /** The first page, for what stands in it beside the rows. */
    first: data?.pages[0] as AnswerOf<C> | undefined,
    error: pages.error,
    retry: () => void pages.refetch(),
    more: { has: pages.hasNextPage, loading: pages.isFetchingNextPage, load: () => void pages.fetchNextPage() },
  }
}

/** A change as a mutation. After it succeeded, the answers of the routes named in `invalidates` are asked anew. */
export function useChange<C extends Contract>(contract: C, options: { invalidates?: readonly string[] } = {}) {
  const client = useQueryClient()
  return useMutation<AnswerOf<C>, ApiProblem, InputOf<C>>({
    mutationFn: (input) => call(contract, input),
    onSuccess: async () => {
      await Promise.all((options.invalidates ?? []).map((id) => client.invalidateQueries({ queryKey: [id] })))
    },
  })
}

export { ApiProblem }

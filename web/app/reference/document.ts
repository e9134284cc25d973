import { useQuery } from '@tanstack/react-query'
import type { ApiProblem } from '../../lib/api.ts'
import { problemOf, unreachable } from '../../lib/problem.ts'
import type { Schema } from './schema.ts'

export type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }

export type Operation = {
  id: string
  tag: string
  method: string
  path: string
  summary: string
  right: string
  parameters: Parameter[]
  body: Schema | undefined
  takesFile: boolean
  answer: Schema | undefined
}

type Described = {
  operationId: string
  summary: string
  tags: string[]
  'x-right': string
  parameters: Parameter[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>
}

export const documentAddress = '/api/openapi.json'

/** The operations of the server, in its own words and order. */
export function useOperations() {
  return useQuery<Operation[], ApiProblem>({
    queryKey: ['openapi'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const response = await fetch(documentAddress).catch(() => {
        throw unreachable()
      })
      if (!response.ok) throw await problemOf(response)
      const document = (await response.json()) as { paths: Record<string, Record<string, Described>> }
      return Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, described]) => read(path, method, described)),
      )
    },
  })
}

function read(path: string, method: string, described: Described): Operation {
  const body = described.requestBody?.content ?? {}
  return {
    id: described.operationId,
    tag: described.tags[0] ?? '',
    method: method.toUpperCase(),
    path,
    summary: described.summary,
    right: described['x-right'],
    parameters: described.parameters ?? [],
    body: body['application/json']?.schema,
    takesFile: 'multipart/form-data' in body,
    answer: described.responses['200']?.content?.['application/json']?.schema,
  }
}

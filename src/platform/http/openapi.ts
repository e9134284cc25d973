import { z } from 'zod'
import type { Contract } from './contract.ts'

/** The OpenAPI 3.1 document of a list of contracts. Generated, so that it cannot differ from what the server does. */
export function openApi(
  contracts: readonly Contract[],
  info: { title: string; version: string },
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const contract of contracts) {
    const path = contract.path.replace(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][contract.method.toLowerCase()] = operation(contract)
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'fourbeams_session' } },
      schemas: { Problem: problemSchema },
    },
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'What happened and what to do, in the language of the caller' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable code of the catalogue of problems' },
    values: { type: 'object' },
  },
}

function operation(contract: Contract): Record<string, unknown> {
  const body = jsonSchema(contract.body, 'input')
  const takesBody = contract.method !== 'GET' && Object.keys((body.properties as object) ?? {}).length > 0
  return {
    operationId: contract.id,
    summary: contract.summary,
    tags: [contract.id.split('.')[0]],
    ...(contract.right === 'public' ? { security: [] } : { security: [{ session: [] }] }),
    'x-right': contract.right,
    parameters: [...parameters(contract.params, 'path'), ...parameters(contract.query, 'query')],
    ...(contract.transfer === 'upload'
      ? {
          requestBody: {
            required: true,
            content: {
              'multipart/form-data': {
                schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
              },
            },
          },
        }
      : takesBody
        ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
        : {}),
    responses: {
      200:
        contract.transfer === 'download'
          ? { description: 'The file', content: { 'application/octet-stream': {} } }
          : { description: 'Done', content: { 'application/json': { schema: jsonSchema(contract.answer, 'output') } } },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parameters(schema: z.ZodType, where: 'path' | 'query'): unknown[] {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: field,
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

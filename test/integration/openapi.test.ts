import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allContracts } from '../../src/app/http.ts'
import { version } from '../../src/app/open.ts'
import { type Contract, rights } from '../../src/platform/http/contract.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'
import { holderOf } from '../support/posts.ts'

type Json = Record<string, unknown>
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  security: Json[]
  'x-right': string
  parameters: { name: string; in: string; required: boolean; schema: Json }[]
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: Json }> }>
}

let house: TestHouse
let contracts: Contract[]
let document: Json & {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; securitySchemes: Json }
}

beforeAll(async () => {
  house = await openTestHouse()
  contracts = allContracts(house)
  document = (await house.http.inject('/api/openapi.json')).json()
})

afterAll(() => house?.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the description of the API', () => {
  test('is OpenAPI 3.1 of this version', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toEqual({ title: 'Fourbeams', version })
  })

  test('holds every contract once, and nothing else', () => {
    const listed = operations().map(({ path, method, operation }) => `${method} ${path} ${operation.operationId}`)
    const declared = contracts.map(
      ({ id, method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')} ${id}`,
    )
    expect(listed.sort()).toEqual(declared.sort())
    expect(new Set(contracts.map(({ id }) => id)).size).toBe(contracts.length)
  })

  test('says of each route what it takes, what it answers, and who may', () => {
    for (const contract of contracts) {
      const path = contract.path.replace(/:(\w+)/g, '{$1}')
      const operation = document.paths[path]![contract.method.toLowerCase()]!
      const label = contract.id
      expect(operation['x-right'], label).toBe(contract.right)
      expect([...rights, 'signed-in', 'public'], label).toContain(contract.right)
      expect(operation.security, label).toEqual(contract.right === 'public' ? [] : [{ session: [] }])
      expect(operation.summary.length, label).toBeGreaterThan(5)
      expect(operation.tags, label).toEqual([contract.id.split('.')[0]])
      const inPath = [...contract.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      const given = (where: string) => operation.parameters.filter((one) => one.in === where)
      expect(
        given('path').map(({ name }) => name),
        label,
      ).toEqual(inPath)
      expect(
        given('path').every(({ required }) => required),
        label,
      ).toBe(true)
      const query = Object.keys((contract.query as unknown as { shape: object }).shape)
      expect(
        given('query')
          .map(({ name }) => name)
          .sort(),
        label,
      ).toEqual(query.sort())
      for (const { name, schema } of operation.parameters) expect(describesType(schema), `${label} ${name}`).toBe(true)
      expect(Object.keys(operation.responses), label).toEqual(['200', 'default'])
      expect(operation.responses.default!.content, label).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      })
      const answer = operation.responses[200]!.content!
      expect(Object.keys(answer), label).toEqual([
        contract.transfer === 'download' ? 'application/octet-stream' : 'application/json',
      ])
    }
  })

  test('refers to nothing that is not there, and closes every object it can', () => {
    for (const reference of everything(document, '$ref')) {
      const parts = String(reference).split('/').slice(1)
      expect(
        parts.reduce<unknown>((at, part) => (at as Json)?.[part], document),
        String(reference),
      ).toBeDefined()
    }
    for (const { operation } of operations()) {
      const body = operation.requestBody?.content['application/json']?.schema
      if (body) expect(body.additionalProperties, operation.operationId).toBe(false)
    }
    // A schema that says nothing would take everything in or let everything out.
    const empty = operations().filter(({ operation }) =>
      Object.values(operation.responses[200]!.content!).some(
        ({ schema }) => schema && Object.keys(schema).length === 0,
      ),
    )
    expect(empty).toEqual([])
  })
})

/** Whether a schema says of what type a value is. */
function describesType(schema: Json): boolean {
  if (Array.isArray(schema.anyOf)) return schema.anyOf.every((one) => describesType(one as Json))
  return 'type' in schema || 'enum' in schema || 'const' in schema
}

/** Every value under a name, at any depth. */
function everything(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => (key === name ? [part] : everything(part, name)))
}

test('the server answers on no address that is not described', () => {
  const known = new Set(
    operations().map(({ path, method }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  const served = routesOf(house.http.printRoutes({ commonPrefix: false }))
  const beyond = served.filter((route) => !known.has(route) && !known.has(route.replace(/^HEAD /, 'GET ')))
  expect(beyond.sort()).toEqual(
    ['GET', 'HEAD'].flatMap((method) => [`${method} /api/openapi.json`, `${method} /v/:token`]),
  )
  expect([...known].filter((route) => !served.includes(route))).toEqual([])
})

/** The routes in the tree that the router prints: each line adds its part to that of the line it hangs below. */
function routesOf(tree: string): string[] {
  const parts: string[] = []
  return tree.split('\n').flatMap((line) => {
    const match = /^([\s│├└─]*)(\S.*?)(?: \(([A-Z, ]+)\))?$/.exec(line)
    if (!match) return []
    const depth = match[1]!.length / 4
    parts.length = depth
    parts[depth] = match[2]!
    return (match[3]?.split(', ') ?? []).map((method) => `${method} ${parts.slice(1).join('')}`)
  })
}

test('health tells the five things it promises, to anybody, and counts rightly', async () => {
  const health = async () => (await house.http.inject('/api/health')).json()
  const before = await health()
  expect(Object.keys(before).sort()).toEqual(['households', 'pack', 'places', 'status', 'version'])
  expect(before).toEqual({
    status: 'ok',
    version,
    pack: `${house.pack.id} ${house.pack.version}`,
    places: 3 + 12 + 96,
    households: 0,
  })
  const hamlet = (await hamletsOf(house))[0]!
  const warden = await holderOf(house, 'warden', hamlet.ford)
  await importAs(house, warden, csv(households(hamlet.official, 1, 4, codesOf(house))))
  expect(await health()).toEqual({ ...before, households: 4 })
})

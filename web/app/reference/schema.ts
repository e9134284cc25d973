/** As much of a JSON schema as the server's document uses. */
export type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  additionalProperties?: boolean | Schema
  description?: string
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
  $ref?: string
}

/** A schema as a few lines that a person can read, in the manner of TypeScript. */
export function describe(schema: Schema | undefined, indent = ''): string {
  if (!schema) return 'unknown'
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? ''
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map((one) => describe(one, indent)).join(' | ')
  if (Array.isArray(schema.type)) return schema.type.join(' | ')
  if (schema.type === 'array') {
    const inner = describe(schema.items, indent)
    return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`
  }
  if (schema.type === 'object' || schema.properties) {
    const names = Object.entries(schema.properties ?? {})
    if (names.length === 0) {
      return typeof schema.additionalProperties === 'object'
        ? `{ [name]: ${describe(schema.additionalProperties, indent)} }`
        : '{}'
    }
    const deeper = `${indent}  `
    const lines = names.map(([name, inner]) => {
      const optional = schema.required?.includes(name) ? '' : '?'
      return `${deeper}${name}${optional}: ${describe(inner, deeper)}`
    })
    return `{\n${lines.join('\n')}\n${indent}}`
  }
  return schema.type ?? 'unknown'
}

/** A value of the right shape to begin with, for the form that tries a call. */
export function sample(schema: Schema | undefined): unknown {
  if (!schema) return null
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return sample(choices[0])
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object') {
    const names = Object.entries(schema.properties ?? {})
    return Object.fromEntries(
      names.filter(([name]) => schema.required?.includes(name)).map(([name, inner]) => [name, sample(inner)]),
    )
  }
  if (type === 'array') return []
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0
  if (type === 'boolean') return false
  return type === 'null' ? null : ''
}

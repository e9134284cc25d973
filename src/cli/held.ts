import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'

/** A word of the call held to the schema of the API; anything else is a wrong call. */
export function held<Schema extends z.ZodType>(schema: Schema, read: (text: string) => unknown = (text) => text) {
  return (text: string): z.output<Schema> => {
    const held = schema.safeParse(read(text))
    if (held.success) return held.data
    const [issue] = held.error.issues
    throw new InvalidArgumentError([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '))
  }
}

/** Reads a word of the call as JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be JSON.')
  }
}

import { randomInt } from 'node:crypto'

/** Stands before the field in the mark of a sensitive value among a row's facts; no field's id begins so. */
export const MARK = '='

/**
 * Makes the mark by which the household checks see that two rows give different sensitive values, without seeing them:
 * a number that only this reading can compute.
 */
export function marker(): (field: string, text: string) => string {
  const salt = randomInt(2 ** 32)
  return (field, text) => {
    let hash = salt
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) ^ (hash >>> 15)
    return `${JSON.stringify(MARK + field)}:${hash >>> 0}`
  }
}

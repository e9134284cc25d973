import { createReadStream } from 'node:fs'
import { Problem } from '../../../kernel/problem.ts'

// Characters of one feature, and of all that stands around the features.
const LONGEST_FEATURE = 2 ** 26
const LONGEST_FRAME = 2 ** 20

/** A feature of a collection, as far as the map reads it. */
export type Feature = {
  readonly id?: unknown
  readonly properties?: Record<string, unknown> | null
  readonly geometry?: unknown
}

/**
 * Reads the features of a GeoJSON file one after another, whatever the size of the file: only one is held at a time.
 * What stands around them is looked at when all have been read. Throws `boundary.not-geojson`, `boundary.truncated`,
 * `boundary.too-large`, `boundary.projection`.
 */
export async function* readFeatures(path: string): AsyncGenerator<Feature> {
  const frame = { text: '' }
  let number = 0
  for await (const text of elements(path, frame)) {
    number++
    yield parse<Feature>(text, `feature ${number}`)
  }
  const { type, crs } = parse<{ type?: unknown; crs?: { properties?: { name?: unknown } } }>(frame.text, 'the frame')
  if (type !== 'FeatureCollection') throw notGeoJson(`its type is “${String(type)}”`)
  const projection = crs?.properties?.name
  if (projection !== undefined && !/(CRS84|EPSG:+4326|EPSG:+4490)$/i.test(String(projection)))
    throw new Problem('boundary.projection', { name: String(projection) })
}

function parse<T>(text: string, what: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw notGeoJson(`${what}: ${(error as Error).message}`)
  }
}

function notGeoJson(detail: string): Problem {
  return new Problem('boundary.not-geojson', { detail })
}

/** The texts of the elements of `features`; what is around them is gathered in `frame`. */
async function* elements(path: string, frame: { text: string }): AsyncGenerator<string> {
  let state: 'before' | 'inside' | 'after' = 'before'
  let depth = 0
  let inText = false
  let escaped = false
  let element = ''
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    const chunk = frame.text === '' && depth === 0 ? (piece as string).replace(/^\uFEFF?\s*/, '') : (piece as string)
    if (depth === 0 && frame.text === '' && chunk !== '' && chunk[0] !== '{') throw notGeoJson('it begins otherwise')
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk.charCodeAt(at)
      if (inText) {
        if (escaped) escaped = false
        else if (character === 0x5c) escaped = true
        else if (character === 0x22) inText = false
        continue
      }
      if (character === 0x22) inText = true
      else if (character === 0x7b || character === 0x5b) {
        if (state === 'inside' && depth === 2) from = at
        else if (state === 'before' && depth === 1 && character === 0x5b) {
          const before = frame.text + chunk.slice(from, at)
          if (/"features"\s*:\s*$/.test(before.slice(-100))) {
            frame.text = `${before}[`
            from = at + 1
            state = 'inside'
          }
        }
        depth++
      } else if (character === 0x7d || character === 0x5d) {
        depth--
        if (state === 'inside' && depth === 2) {
          yield element + chunk.slice(from, at + 1)
          element = ''
          from = at + 1
        } else if (state === 'inside' && depth === 1) {
          state = 'after'
          from = at
        }
      }
    }
    if (state !== 'inside') frame.text += chunk.slice(from)
    else if (depth > 2) element += chunk.slice(from)
    if (element.length > LONGEST_FEATURE) throw new Problem('boundary.too-large', { most: LONGEST_FEATURE })
    if (frame.text.length > LONGEST_FRAME) throw notGeoJson('it holds no list of features')
  }
  if (depth !== 0 || inText) throw new Problem('boundary.truncated')
}

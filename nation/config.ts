import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Problem } from '../src/kernel/problem.ts'
import type { Pack } from '../src/policy/pack.ts'
import { ruleSchema } from './rule.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const span = z
  .tuple([z.number().int(), z.number().int()])
  .refine(([low, high]) => low <= high, 'low must not pass high')
const share = z.number().min(0).max(1)

/** A file of places: one of a package (`package`, resolved by Node) or one of the pack's nation folder. */
const placeFile = z.strictObject({
  package: z.string().optional(),
  file: z.string(),
  /** The level of all its rows; without it, the column `level` tells. */
  level: z.string().optional(),
  code: z.string(),
  name: z.string(),
  /** The column with the code of the place above; without it, the places lie right below the root. */
  parent: z.string().optional(),
})

/** Which places carry a tag: the rows of a file, or the places of a level chosen by code, start of code or name. */
const tagRule = z.strictObject({
  tag: z.string(),
  level: z.string(),
  from: day,
  file: z.string().optional(),
  where: z.record(z.string(), z.array(z.string())).optional(),
  /** The column with the tag's value. */
  value: z.string().optional(),
  codes: z.array(z.string()).optional(),
  prefixes: z.array(z.string()).optional(),
  /** A regular expression over the name of the place. */
  named: z.string().optional(),
  /** As many villages as there are, spread like the poor over the areas, inside the places that carry another tag. */
  chosen: z.strictObject({ count: z.number().int().positive(), inside: z.string() }).optional(),
})

const nationSchema = z.strictObject({
  /** The reason that its import gives, in the programme's first language; it stands in the history of every card. */
  reason: z.string().min(3),
  /** Households at scale 1. */
  households: z.number().int().positive(),
  /** Ages are counted on the last day of this year. */
  year: z.number().int(),
  places: z.array(placeFile).min(1),
  tags: z.array(tagRule),
  quota: z.strictObject({
    level: z.string(),
    note: z.string(),
    /** Poor people by official code; only the proportions count. */
    counts: z.record(z.string(), z.number().positive()),
  }),
  village: z.strictObject({
    /** Poor households in one village. */
    households: span,
    /** A regular expression over the name: which of the lowest places are villages and not parts of a town. */
    named: z.string().optional(),
    /** Tags that are filled first, in this order. */
    first: z.array(z.string()),
  }),
  document: z
    .strictObject({
      /** The number begins with the first `length` characters of the official code at this level … */
      level: z.string().optional(),
      length: z.number().int().positive().optional(),
      /** … and ends, before the check character, with so many digits of a serial number. */
      serial: z.number().int().min(1).max(9),
    })
    .refine((it) => (it.level === undefined) === (it.length === undefined), 'level and length belong together'),
})

const slotSchema = z.strictObject({
  relation: z.union([z.string(), z.strictObject({ male: z.string(), female: z.string() })]),
  sex: z.enum(['male', 'female', 'any']),
  kind: z.enum(['adult', 'old', 'child', 'student']),
  /** Years older (or, negative, younger) than the head, from–to; bounded by `ages`. */
  gap: span.optional(),
  ages: span,
  /** Bears the family's name instead of one of their own. */
  kin: z.boolean().default(false),
})

const modelSchema = z.strictObject({
  note: z.string(),
  /** Codes of the sexes on the form. */
  sexes: z.strictObject({ male: z.string(), female: z.string() }),
  causes: z.array(
    z.strictObject({
      code: z.string(),
      weight: z.number().positive(),
      /** What must be true of a household with this cause. `short`: no or one able adult. */
      needs: z.enum(['sick', 'disabled', 'pupil', 'short']).optional(),
    }),
  ),
  /** Share of members, by kind of member, who … */
  chances: z.strictObject({
    sick: z.partialRecord(z.enum(['adult', 'old', 'child', 'student']), share),
    serious: share,
    disabled: z.partialRecord(z.enum(['adult', 'old', 'child', 'student']), share),
    employed: share,
  }),
  compositions: z.array(
    z.strictObject({ name: z.string(), weight: z.number().positive(), slots: z.array(slotSchema).min(1).max(8) }),
  ),
})

const peopleSchema = z.strictObject({
  note: z.string(),
  /** Percentages by code of the group where nothing else is said. */
  everywhere: z.record(z.string(), z.number().positive()),
  /** Percentages by start of the official code at the document's level; the longest start wins. */
  places: z.record(z.string(), z.record(z.string(), z.number().positive())).default({}),
  /** Groups that a place bears in its name. */
  named: z.record(z.string(), z.string()).default({}),
  /** Percentage of the groups that the name of the place tells, and of the place above it. */
  shares: z.strictObject({ own: z.number().min(0).max(100), above: z.number().min(0).max(100) }).optional(),
  /** How people of a group are named; the first way is everybody else's. */
  styles: z.record(
    z.string(),
    z.strictObject({
      groups: z.array(z.string()).default([]),
      /** The first part is the family's and passed on. */
      family: z.boolean().default(false),
      /** Up to three parts; each is the name of a word list, or of one for each sex. */
      parts: z
        .array(z.union([z.string(), z.strictObject({ male: z.string(), female: z.string() })]))
        .min(1)
        .max(3),
    }),
  ),
  /** Word lists: words by weight, or lists of words in falling frequency. `~` is the empty word. */
  words: z.record(z.string(), z.union([z.record(z.string(), z.number().positive()), z.string()])),
  /** One in so many names ends in a rare character. */
  rare: z.strictObject({ one_in: z.number().int().min(2), words: z.string(), style: z.string() }).optional(),
})

const fieldsSchema = z.strictObject({
  note: z.string(),
  /** Rules by field id; names that begin with `_` are intermediate results. */
  household: z.record(z.string(), ruleSchema),
  member: z.record(z.string(), ruleSchema),
})

export type NationConfig = {
  readonly folder: string
  readonly nation: z.infer<typeof nationSchema>
  readonly model: z.infer<typeof modelSchema>
  readonly people: z.infer<typeof peopleSchema>
  readonly fields: z.infer<typeof fieldsSchema>
}

/** The part of it that tells the places. */
export type PlacesConfig = Pick<NationConfig, 'folder' | 'nation'>

/**
 * Reads what a pack says about its synthetic nation. Throws `nation.missing` when the pack has no `nation` folder and
 * `nation.faulty` with file and key when a file does not have the expected form.
 */
export function readNationConfig(pack: Pack): NationConfig {
  const { folder, nation } = readPlacesConfig(pack)
  return {
    folder,
    nation,
    model: readPart(folder, 'model.yaml', modelSchema),
    people: readPart(folder, 'people.yaml', peopleSchema),
    fields: readPart(folder, 'fields.yaml', fieldsSchema),
  }
}

/** Reads only what concerns places. Throws like `readNationConfig`. */
export function readPlacesConfig(pack: Pack): PlacesConfig {
  const folder = join(pack.folder, 'nation')
  if (!existsSync(join(folder, 'nation.yaml'))) throw new Problem('nation.missing', { pack: pack.id, folder })
  return { folder, nation: readPart(folder, 'nation.yaml', nationSchema) }
}

/** The index of a level of the pack; a name that is no level is a Problem. */
export function depthOf(pack: Pack, level: string): number {
  const depth = pack.levels.findIndex((entry) => entry.id === level)
  if (depth < 0) throw new Problem('nation.faulty', { file: 'nation.yaml', detail: `there is no level “${level}”` })
  return depth
}

function readPart<T extends z.ZodType>(folder: string, file: string, schema: T): z.infer<T> {
  let content: unknown
  try {
    content = parse(readFileSync(join(folder, file), 'utf8'))
  } catch (error) {
    throw new Problem('nation.faulty', { file, detail: error instanceof Error ? error.message : String(error) })
  }
  const read = schema.safeParse(content)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new Problem('nation.faulty', { file, detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` })
}

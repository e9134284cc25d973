import { z } from 'zod'

/**
 * How the value of one field comes about: a closed set of operators, so that a pack can describe its people without
 * carrying code. `when` makes a case of `cases` conditional; a bare case is for everybody else.
 */
export type Rule = {
  readonly when?: Readonly<Record<string, Condition>> | undefined
  /** Always this. */
  readonly value?: string | number | boolean | null | undefined
  /** The value of a variable of the model or of another field. */
  readonly var?: string | undefined
  /** One of these, by weight. */
  readonly pick?: Readonly<Record<string, number>> | undefined
  /** One of these numbers, by weight: pairs of number and weight. */
  readonly choose?: readonly (readonly [number, number])[] | undefined
  /** A number between two, evenly. `decimals` for both `range` and `quantiles`; `step` rounds down to multiples. */
  readonly range?: readonly [number, number] | undefined
  /** A number from a distribution given by equally spaced quantiles, the least and the greatest included. */
  readonly quantiles?: readonly number[] | undefined
  readonly decimals?: number | undefined
  readonly step?: number | undefined
  /** Multiplies the number drawn by a variable. */
  readonly times?: string | undefined
  /** Yes with this probability. */
  readonly chance?: number | undefined
  readonly sum?: readonly string[] | undefined
  /** Variables and numbers multiplied. */
  readonly product?: readonly (string | number)[] | undefined
  /** The first less all the others, not below `min`. */
  readonly difference?: readonly string[] | undefined
  readonly min?: number | undefined
  /** A share of a variable, drawn between two shares. */
  readonly part?: { readonly of: string; readonly from: number; readonly to: number } | undefined
  /** One of the beginnings, then so many digits. */
  readonly digits?: { readonly begin: readonly string[]; readonly count: number } | undefined
  /** The texts of variables, side by side. */
  readonly join?: readonly string[] | undefined
  /** A word of each list, side by side. */
  readonly words?: readonly string[] | undefined
  /** No, one or two different choices by weight, none of them equal to the variable `unlike`. */
  readonly some?: { readonly of: Readonly<Record<string, number>>; readonly unlike?: string | undefined } | undefined
  /** The latest of days and variables that hold days. */
  readonly latest?: readonly string[] | undefined
  readonly cases?: readonly Rule[] | undefined
}

/** A value, one of several values, or a range of numbers such as `6..15`, `2..` or `..5`. */
export type Condition = string | number | boolean | readonly (string | number)[]

const operators = [
  ...['value', 'var', 'pick', 'range', 'quantiles', 'chance', 'sum', 'difference', 'part', 'digits', 'words', 'some'],
  ...['product', 'join', 'choose', 'latest', 'cases'],
]
const weights = z.record(z.string(), z.number().positive()).refine((all) => Object.keys(all).length > 0, 'no choice')
const condition = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()])).min(1)])

export const ruleSchema: z.ZodType<Rule> = z.lazy(() =>
  z
    .strictObject({
      when: z.record(z.string(), condition).optional(),
      value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
      var: z.string().optional(),
      pick: weights.optional(),
      choose: z
        .array(z.tuple([z.number(), z.number().positive()]))
        .min(1)
        .optional(),
      range: z.tuple([z.number(), z.number()]).optional(),
      quantiles: z.array(z.number()).min(2).optional(),
      decimals: z.number().int().min(0).max(4).optional(),
      step: z.number().int().positive().optional(),
      times: z.string().optional(),
      chance: z.number().min(0).max(1).optional(),
      sum: z.array(z.string()).min(1).optional(),
      product: z
        .array(z.union([z.string(), z.number()]))
        .min(2)
        .optional(),
      difference: z.array(z.string()).min(2).optional(),
      min: z.number().optional(),
      part: z.strictObject({ of: z.string(), from: z.number().min(0), to: z.number().min(0) }).optional(),
      digits: z.strictObject({ begin: z.array(z.string()).min(1), count: z.number().int().min(1).max(18) }).optional(),
      join: z.array(z.string()).min(1).optional(),
      words: z.array(z.string()).min(1).optional(),
      some: z.strictObject({ of: weights, unlike: z.string().optional() }).optional(),
      latest: z.array(z.string()).min(2).optional(),
      cases: z.array(ruleSchema).min(1).optional(),
    })
    .refine((rule) => operators.filter((name) => name in rule).length === 1, `exactly one of ${operators.join(', ')}`),
)

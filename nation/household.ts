import { quote } from '../src/platform/analysis/duckdb.ts'
import { compileRules, type Scope } from './compile.ts'
import type { NationConfig } from './config.ts'
import { betweenSql, DRAWS, drawSql, keySql, pickSql, purpose } from './draw.ts'
import { Layers, pickFrom } from './layers.ts'
import { PERCENT } from './people.ts'
import type { VillageFile } from './sample.ts'

type Composition = NationConfig['model']['compositions'][number]
type Slot = Composition['slots'][number]

/** Members stand in slots 0 to 7; a set of members is a mask of so many bits. */
export const MOST_SLOTS = 8

/**
 * One row a household, in the order of villages and household numbers. A household decides, its members obey: how it is
 * composed, who is ill, disabled, able to work and employed is drawn here, as masks over its slots, from the cause of
 * its poverty; so that what the household says and what its members say cannot disagree, and nothing has to be summed
 * up afterwards. `villages` is what `writeVillages` returned. Variables that rules may use are listed in `householdVariables`.
 */
export function householdLayers(config: NationConfig, words: Scope['words'], villages: VillageFile): Layers {
  const { model } = config
  const kinds = (kind: Slot['kind']) =>
    model.compositions.map(({ slots }) =>
      slots.reduce((mask, slot, at) => (slot.kind === kind ? mask | (1 << at) : mask), 0),
    )
  const heads = model.compositions.map(({ slots }) => slots[0]!.ages)
  const needs = model.causes.filter((cause) => cause.needs !== undefined)
  const base =
    new Layers(`SELECT *, ${keySql('key', 'number::UBIGINT')} AS k FROM (SELECT *, first + number - 1 AS ordinal
      FROM (SELECT *, unnest(range(1, households + 1)) AS number FROM read_parquet(${quote(villages.path)})))`)
  const layers = base.addAll([
    [
      ...['cause', 'composition', 'head', 'people', 'forced'].map(
        (what) => `${drawSql('k', `household.${what}`)} AS d_${what}`,
      ),
      ...['sick', 'serious', 'disabled', 'employed'].flatMap((what) =>
        [0, 1].map((half) => `hash(xor(k, ${purpose(`household.${what}.${half}`)})) AS x_${what}${half}`),
      ),
    ],
    [
      `${pickSql(
        'd_cause',
        model.causes.map((cause) => [quote(cause.code), cause.weight] as const),
      )} AS cause`,
      `rtrim(substr(mix, ${betweenSql('d_people', 0, PERCENT)} * ${villages.mixWidth} + 1, ${villages.mixWidth})) AS people`,
    ],
    [
      needs.length === 0
        ? `'none' AS need`
        : `CASE cause ${needs.map((cause) => `WHEN ${quote(cause.code)} THEN '${cause.needs}'`).join(' ')} ELSE 'none' END AS need`,
    ],
    [`${compositionSql(model.compositions)} AS composition`],
    [
      `${pickFrom(
        model.compositions.map(({ slots }) => slots.length),
        'composition',
      )} AS size`,
      ...(['adult', 'old', 'child', 'student'] as const).map(
        (kind) => `${pickFrom(kinds(kind), 'composition')} AS ${kind}_mask`,
      ),
      `${betweenSql(
        'd_head',
        pickFrom(
          heads.map(([low]) => low),
          'composition',
        ),
        pickFrom(
          heads.map(([low, high]) => high - low + 1),
          'composition',
        ),
      )} AS head_age`,
      `${maskSql('sick', model.compositions, (slot) => model.chances.sick[slot.kind] ?? 0)} AS drawn_sick`,
      `${maskSql('serious', model.compositions, () => model.chances.serious)} AS drawn_serious`,
      `${maskSql('disabled', model.compositions, (slot) => model.chances.disabled[slot.kind] ?? 0)} AS drawn_disabled`,
      `${maskSql('employed', model.compositions, () => model.chances.employed)} AS drawn_employed`,
    ],
    [`(1 << ${betweenSql('d_forced', 0, 'size')}::INTEGER) AS forced`],
    [
      `CASE need WHEN 'disabled' THEN drawn_disabled | forced WHEN 'sick' THEN drawn_disabled & ~forced
         ELSE drawn_disabled END AS disabled_mask`,
    ],
    [`(CASE WHEN need = 'sick' THEN drawn_sick | forced ELSE drawn_sick END) & ~disabled_mask AS sick_mask`],
    [`sick_mask & drawn_serious AS serious_mask`],
    [`adult_mask & ~(disabled_mask | serious_mask) AS able_mask`],
    [`able_mask & drawn_employed AS employed_mask`],
    [
      ...['adult', 'old', 'child', 'student', 'sick', 'serious', 'disabled', 'able'].map(
        (what) => `bit_count(${what}_mask)::INTEGER AS ${what}_count`,
      ),
      `bit_count(employed_mask)::INTEGER AS earner_count`,
      `code || lpad(number::VARCHAR, 4, '0') AS household_no`,
    ],
  ])
  const compiled = compileRules(config.fields.household, {
    of: 'household',
    key: 'k',
    variables: householdVariables,
    words,
  })
  return layers.addAll(compiled)
}

/** The variables of a household that rules may use, with the columns that hold them. */
export const householdVariables: ReadonlyMap<string, string> = new Map([
  ['village', 'code'],
  ['household_no', 'household_no'],
  ['area', 'area'],
  ['cause', 'cause'],
  ['people', 'people'],
  ['size', 'size'],
  ['head_age', 'head_age'],
  ['adults', 'adult_count'],
  ['olds', 'old_count'],
  ['children', 'child_count'],
  ['students', 'student_count'],
  ['able', 'able_count'],
  ['earners', 'earner_count'],
  ['sick_members', 'sick_count'],
  ['serious_members', 'serious_count'],
  ['disabled_members', 'disabled_count'],
])

/** The composition by its position, drawn among those that fit the need of the cause. */
function compositionSql(compositions: readonly Composition[]): string {
  const pick = (fits: (composition: Composition) => boolean) => {
    const entries = compositions.flatMap((composition, at) =>
      fits(composition) ? [[String(at), composition.weight] as const] : [],
    )
    return pickSql(
      'd_composition',
      entries.length > 0 ? entries : compositions.map(({ weight }, at) => [String(at), weight]),
    )
  }
  const adults = ({ slots }: Composition) => slots.filter((slot) => slot.kind === 'adult').length
  const young = ({ slots }: Composition) => slots.some((slot) => slot.kind === 'student' || slot.kind === 'child')
  return `CASE need WHEN 'pupil' THEN ${pick(young)} WHEN 'short' THEN ${pick((it) => adults(it) <= 1)} ELSE ${pick(() => true)} END`
}

/** A mask with a bit for each slot, set with the slot's probability; sixteen bits of chance for each slot. */
function maskSql(what: string, compositions: readonly Composition[], chance: (slot: Slot) => number): string {
  const bits = Array.from({ length: MOST_SLOTS }, (_, at) => {
    const limits = compositions.map(({ slots }) => (slots[at] ? Math.round(chance(slots[at]) * 65536) : 0))
    if (limits.every((limit) => limit === 0)) return undefined
    const same = limits.every((limit) => limit === limits[0])
    const chanceBits = `((x_${what}${at >> 2} >> ${(at & 3) * 16}) & 65535)::INTEGER`
    return `((${chanceBits} < ${same ? limits[0] : pickFrom(limits, 'composition')})::INTEGER << ${at})`
  }).filter((bit) => bit !== undefined)
  return bits.length > 0 ? `(${bits.join(' | ')})` : '0'
}

/** Half of all draws. */
export const HALF = DRAWS / 2n

import { quote } from '../src/platform/analysis/duckdb.ts'
import type { Pack } from '../src/policy/pack.ts'
import { compileRules, ruleColumn, type Scope } from './compile.ts'
import type { NationConfig } from './config.ts'
import { checkCharacterSql, checkPartOf, checkPartOfNumber, type DocumentShape, permuteSql } from './document.ts'
import { betweenSql, bound, drawSql, keySql, purpose } from './draw.ts'
import { HALF, householdVariables, MOST_SLOTS } from './household.ts'
import { type Layers, pickFrom, Layers as Query } from './layers.ts'
import { namePartSql, stylesOf } from './people.ts'

/**
 * One row a member, in the order of households and slots: the households' columns, the member's own, and the results of
 * the member's rules. `households` are the layers of `householdLayers`.
 */
export function memberLayers(
  pack: Pack,
  config: NationConfig,
  parts: { readonly households: Layers; readonly document: DocumentShape; readonly words: Scope['words'] },
): Layers {
  const { document } = parts
  const members = new Query(`SELECT *, unnest(range(0, size))::INTEGER AS slot FROM (${parts.households.sql})`)
  const positions = Array.from({ length: MOST_SLOTS }, (_, at) => purpose(`member.${at}`))
  const layers = members
    .addAll([
      [`composition * ${MOST_SLOTS} + slot AS c`, `${keySql('k', pickFrom(positions, 'slot'))} AS mk`],
      slotColumns(config),
    ])
    .add([
      ...['gap', 'sex', 'name1', 'name2', 'rare', 'birth'].map(
        (what) => `${drawSql('mk', `member.${what}`)} AS d_${what}`,
      ),
      `${drawSql('k', 'household.name')} AS d_family`,
      `${drawSql('mk', 'member.name0')} AS d_own`,
    ])
    .addAll([
      [`(slot_sex = 0 OR (slot_sex = 2 AND d_sex < ${HALF})) AS male`],
      [
        `CASE WHEN slot = 0 THEN head_age
              WHEN free THEN ${betweenSql('d_gap', 'least_age', '(most_age - least_age + 1)')}
              ELSE least(greatest(head_age + ${betweenSql('d_gap', 'gap', 'gap_span')},
                     CASE WHEN need = 'pupil' AND kind = 'child' THEN greatest(least_age, 7) ELSE least_age END), most_age)
         END AS age0`,
        `CASE WHEN male THEN male_relation ELSE female_relation END AS relation`,
      ],
      ...styleColumns(config),
      [
        `ordinal * ${document.width} + ${document.bySex ? 'CASE WHEN male THEN male_rank ELSE female_rank END' : 'slot'} AS n`,
        `hash(xor(prefix_key, ${document.bySex ? `CASE WHEN male THEN ${purpose('male')} ELSE ${purpose('female')} END` : purpose('all')})) AS pk`,
        `${nameSql(config, parts.words)} AS name`,
      ],
      [`(n // ${document.capacity})::INTEGER AS lap`, `n % ${document.capacity} AS place_in_lap`],
      ...permuteSql(document, 'place_in_lap', 'pk'),
      ...documentColumns(pack, config, document),
      flags(config),
    ])
  const variables = new Map([...householdVariables, ...memberVariables])
  for (const field of Object.keys(config.fields.household)) {
    if (!variables.has(field)) variables.set(field, ruleColumn('household', field))
  }
  const compiled = compileRules(config.fields.member, { of: 'member', key: 'mk', variables, words: parts.words })
  return layers.addAll(compiled)
}

const memberVariables: readonly (readonly [string, string])[] = [
  ['name', 'name'],
  ['relation', 'relation'],
  ['sex', 'sex'],
  ['age', 'age'],
  ['birth', 'birth'],
  ['document', 'document'],
  ['kind', 'kind'],
  ['pupil', 'pupil'],
  ['sick', 'is_sick'],
  ['serious', 'is_serious'],
  ['disabled', 'is_disabled'],
  ['fit', 'is_able'],
  ['employed', 'is_employed'],
]

/** What the composition says of the member's slot. */
function slotColumns(config: NationConfig): string[] {
  type Slot = NationConfig['model']['compositions'][number]['slots'][number]
  const of = (value: (slot: Slot, before: readonly Slot[]) => number | string, filler: number | string) =>
    pickFrom(
      config.model.compositions.flatMap(({ slots }) =>
        Array.from({ length: MOST_SLOTS }, (_, at) => (slots[at] ? value(slots[at], slots.slice(0, at)) : filler)),
      ),
      'c',
    )
  const relation = (sex: 'male' | 'female') => (slot: Slot) =>
    quote(typeof slot.relation === 'string' ? slot.relation : slot.relation[sex])
  // Members of one sex are numbered among themselves; who may be of either sex takes a number in both rows.
  const rank = (sex: 'male' | 'female') => (_slot: Slot, before: readonly Slot[]) =>
    before.filter((slot) => slot.sex === sex || slot.sex === 'any').length
  return [
    `${of((slot) => ({ male: 0, female: 1, any: 2 })[slot.sex], 0)} AS slot_sex`,
    `${of((slot) => slot.ages[0], 0)} AS least_age`,
    `${of((slot) => slot.ages[1], 0)} AS most_age`,
    `${of((slot) => slot.gap?.[0] ?? 0, 0)} AS gap`,
    `${of((slot) => (slot.gap ? slot.gap[1] - slot.gap[0] + 1 : 1), 1)} AS gap_span`,
    `${of((slot) => (slot.gap ? 'false' : 'true'), 'true')} AS free`,
    `${of((slot) => (slot.kin ? 'true' : 'false'), 'false')} AS kin`,
    `${of((slot) => quote(slot.kind), quote('adult'))} AS kind`,
    `${of(relation('male'), quote(''))} AS male_relation`,
    `${of(relation('female'), quote(''))} AS female_relation`,
    `${of(rank('male'), 0)} AS male_rank`,
    `${of(rank('female'), 0)} AS female_rank`,
  ]
}

function styleColumns(config: NationConfig): string[][] {
  const { byGroup, families } = stylesOf(config)
  const cases = [...byGroup].map(([group, style]) => `WHEN ${quote(group)} THEN ${style}`)
  const inherits = families.length > 0 ? `kin AND style IN (${families.join(', ')})` : 'false'
  return [
    [cases.length > 0 ? `CASE people ${cases.join(' ')} ELSE 0 END AS style` : '0 AS style'],
    [`CASE WHEN ${inherits} THEN d_family ELSE d_own END AS d_name0`],
  ]
}

function nameSql(config: NationConfig, words: Scope['words']): string {
  const [first, second, third] = [0, 1, 2].map((part) => namePartSql(config, words, part, `d_name${part}`))
  const { rare } = config.people
  if (!rare) return `${first} || ${second} || ${third}`
  const characters = [...new Set(words.get(rare.words) ?? [''])]
  const odd = `d_rare < ${bound(1 / rare.one_in)} AND style = ${Object.keys(config.people.styles).indexOf(rare.style)}`
  // The remainder of the draw chooses the character, so that it needs no further draw.
  const character = `list_extract([${characters.map(quote).join(', ')}], d_rare % ${characters.length} + 1)`
  return `${first} || ${second} || CASE WHEN ${odd} THEN ${character} ELSE ${third} END`
}

function documentColumns(pack: Pack, config: NationConfig, document: DocumentShape): string[][] {
  const year = config.nation.year
  const digits = document.serialDigits
  const serial = document.birth
    ? `${document.bySex ? 'p_low * 2 + CASE WHEN male THEN 1 ELSE 2 END' : 'p_low + 1'}`
    : `p_high * ${document.radix[1]} + p_low`
  const bornOn = document.birth ? 'p_high' : betweenSql('d_birth', 0, 365)
  const end = document.prefixLength + (document.birth ? 8 : 0)
  const parts = ['prefix_part', 'birth_part', 'serial_part']
  // Leap days are left out: every year has the same 365 days to be born on.
  const days = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2001, 0, 1 + index)))
  const monthDay = days.map((day) => (day.getUTCMonth() + 1) * 100 + day.getUTCDate())
  return [
    // A second lap of numbers is born in other years than the first; nobody else is touched.
    [`(age0 + CASE WHEN laps > 1 THEN ((${year} - age0 - lap) % laps + laps) % laps ELSE 0 END)::INTEGER AS age`],
    [
      `${year} - age AS birth_year`,
      `${pickFrom(monthDay, bornOn)} AS birth_day`,
      `(${serial})::BIGINT AS serial_number`,
    ],
    ['birth_year * 10000 + birth_day AS birth_number'],
    [
      'make_date(birth_year, birth_day // 100, birth_day % 100) AS birth',
      `${document.birth ? `${checkPartOfNumber(pack, document, 'birth_year', document.prefixLength, 4)} + ${pickFrom(dayParts(pack, document, monthDay), bornOn)}` : '0'} AS birth_part`,
      `${checkPartOfNumber(pack, document, 'serial_number', end, digits)} AS serial_part`,
      `${document.birth ? `prefix || (birth_number::BIGINT * ${10 ** digits} + serial_number)::VARCHAR` : `prefix || lpad(serial_number::VARCHAR, ${digits}, '0')`} AS body`,
    ],
    [`body || ${checkCharacterSql(pack, parts.join(' + '))} AS document`],
  ]
}

/** What month and day add to the checksum, by day of the year: looked up, because every person is born on one. */
function dayParts(pack: Pack, document: DocumentShape, monthDay: readonly number[]): number[] {
  return monthDay.map((day) => checkPartOf(pack, document, String(day).padStart(4, '0'), document.prefixLength + 4))
}

function flags(config: NationConfig): string[] {
  const { sexes } = config.model
  return [
    ...['sick', 'serious', 'disabled', 'able', 'employed'].map(
      (what) => `((${what}_mask >> slot) & 1) = 1 AS is_${what}`,
    ),
    `(kind = 'student' OR (kind = 'child' AND age BETWEEN 6 AND 15)) AS pupil`,
    `CASE WHEN male THEN ${quote(sexes.male)} ELSE ${quote(sexes.female)} END AS sex`,
  ]
}

import type { Period } from '../kernel/calendar.ts'
import type { Currency } from '../kernel/money.ts'
import type { Text } from '../kernel/text.ts'

/**
 * What a policy pack says, checked and resolved. The engine reads every country-specific thing from here: levels of
 * the tree, roles, forms, code lists, dated parameters, the shape of identity numbers. Immutable once loaded.
 */
export type Pack = {
  readonly id: string
  readonly version: string
  readonly name: Text
  /** Language tags in order of preference; the first is the language of the forms. */
  readonly languages: readonly string[]
  readonly currency: Currency & { readonly symbol: string; readonly name: Text }
  /** Minutes east of UTC of the programme's calendar day. */
  readonly utcOffset: number
  /** The period that forms are filled for when nothing else is said. */
  readonly period: Period
  readonly root: { readonly name: Text; readonly officialCode: string }
  readonly levels: readonly Level[]
  /** How place codes are made: `prefix`, official codes nest; `path`, fixed-width segments are assigned. */
  readonly codes: { readonly kind: 'prefix' } | { readonly kind: 'path'; readonly width: number }
  readonly tags: readonly Tag[]
  readonly roles: readonly Role[]
  readonly lists: ReadonlyMap<string, CodeList>
  readonly forms: ReadonlyMap<string, Form>
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly sources: ReadonlyMap<string, Source>
  readonly identity: Identity
  /** The printed household card. */
  readonly paper: Paper
  /** How names are turned into keys that can be typed on a plain keyboard. */
  readonly names: { readonly keys: 'pinyin' | 'latin' }
  /**
   * Words that people write into cells: yes and no by language (the first of each is the one written on export), and
   * the marks behind year, month and day of a written date.
   */
  readonly words: {
    readonly yes: Readonly<Record<string, readonly string[]>>
    readonly no: Readonly<Record<string, readonly string[]>>
    readonly dateMarks?: readonly [string, string, string]
  }
  /** The folder that the pack was read from; its `nation/` subfolder feeds the synthetic nation. */
  readonly folder: string
}

/** What the printed household card says beside the household form. */
export type Paper = {
  /** Level id of the places whose offices issue cards. */
  readonly level: string
  /** Name of the office; `{place}` is the name of its place. */
  readonly office: Text
  /** Telephone number for whoever has a question or a complaint. */
  readonly hotline: string
  /** Tables of the members: ids of the fields that are their columns. */
  readonly members: readonly (readonly string[])[]
}

/** One level of the tree, from the whole programme area (index 0) downwards. */
export type Level = {
  readonly id: string
  readonly name: Text
  /** Length of the place code at this level (prefix codes), e.g. 2, 4, 6, 9, 12. The root has 0. */
  readonly length: number
  /** Length to which the official code is padded with zeros, e.g. 12. */
  readonly officialLength: number
}

export type Tag = {
  readonly id: string
  readonly name: Text
  /** Level ids that may carry the tag. */
  readonly levels: readonly string[]
  /** Tags of one group exclude each other (east, central, west). */
  readonly group?: string
  /** Code list of values, for tags such as the contiguous area. */
  readonly list?: string
  readonly source?: string
}

export type Role = {
  readonly id: string
  readonly name: Text
  /** Level id at which posts of this role sit. */
  readonly level: string
  readonly rights: readonly string[]
  /** Rights that its holders may give to others below them without carrying them. */
  readonly gives: readonly string[]
  /** Whether posts of this role can do anything only with a second factor at sign-in. */
  readonly secondFactor: 'required' | 'optional'
}

export type CodeList = {
  readonly id: string
  readonly title: Text
  readonly source?: string
  readonly codes: readonly Code[]
}

export type Code = {
  readonly code: string
  readonly name: Text
  /** Other spellings accepted on import. */
  readonly aliases?: readonly string[]
  /** Flags the engine understands: `head` marks the relation of the head of household. */
  readonly means?: string
  readonly from?: string
  readonly to?: string
}

export type Form = {
  readonly id: string
  readonly title: Text
  readonly subject: 'household' | 'village' | 'county'
  readonly source?: string
  /** Of a form of places: depth in the tree of the places that it is filled for. */
  readonly level?: number
  readonly sections: readonly Section[]
  readonly checks: readonly Check[]
  readonly asks: readonly Ask[]
}

/** What cannot be: the parts together may not be more than the whole. Ids of fields of one kind. */
export type Check = { readonly id: string; readonly parts: readonly string[]; readonly whole: string }

/**
 * What is asked about and not refused: a value that left the one of the period before far behind. Exactly one of the
 * factors is given: `rises` asks when the value is at least so many times the one before, `falls` when it is at most
 * so much of it.
 */
export type Ask = {
  readonly id: string
  /** Id of a field with numbers, kept once for the household or place; nothing means the number of members. */
  readonly field?: string
  readonly rises?: number
  readonly falls?: number
}

export type Section = {
  readonly id: string
  /** Number on the paper, e.g. `A`. */
  readonly number: string
  readonly title: Text
  /** Whether its fields are kept once for the household or once for each member. */
  readonly of: 'household' | 'member'
  readonly fields: readonly Field[]
}

export type FieldKind =
  | 'text'
  | 'name'
  | 'code'
  | 'codes'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'date'
  | 'boolean'
  | 'document'
  | 'place'

export type Field = {
  /** Unique within the form, snake_case, e.g. `income_wage`. Facts are stored under it. */
  readonly id: string
  /** Number on the paper, e.g. `E1`. */
  readonly number: string
  readonly name: Text
  readonly kind: FieldKind
  readonly list?: string
  /** Most choices of a `codes` field. */
  readonly most?: number
  readonly unit?: Text
  /** Bounds, both allowed. For `money` in whole units of the currency, not in minor units. */
  readonly min?: number
  readonly max?: number
  /** Decimals kept, for `decimal`. */
  readonly decimals?: number
  readonly maxLength?: number
  readonly required?: boolean
  /** Whether a `date` may lie in the future; otherwise such a day is refused. */
  readonly future?: boolean
  readonly help?: Text
  readonly source?: string
  /** Headings of a spreadsheet that mean this field, besides its names. */
  readonly headings?: readonly string[]
  /** Kept from people whose post does not carry `identity.reveal`; shown masked. */
  readonly sensitive?: boolean
  /** What the engine needs the field for; facts bound here live in columns of the register. */
  readonly binds?: Binding
  /** Computed, never typed: (Σ plus − Σ minus), divided by the number of members when `perMember`. */
  readonly derive?: { readonly plus: readonly string[]; readonly minus: readonly string[]; readonly perMember: boolean }
}

export type Binding =
  | 'household.place'
  | 'household.number'
  | 'household.status'
  | 'household.cause'
  | 'household.income'
  | 'household.phone'
  | 'member.name'
  | 'member.relation'
  | 'member.document'
  | 'member.longer-document'
  | 'member.sex'
  | 'member.birth'
  | 'member.joined'

export type Parameter = {
  readonly id: string
  readonly name: Text
  readonly unit: string
  readonly source: string
  readonly values: readonly DatedValue[]
  readonly note?: Text
}

export type DatedValue = {
  /** First and last day in force. The files may write a year or a month; the loader widens them to days. */
  readonly from: string
  readonly to?: string
  readonly value: number | string | readonly (number | string)[]
  /** Official code of the place for which the value holds instead of the national one. */
  readonly place?: string
  /** Nobody has checked this number against its source yet. */
  readonly doubtful?: boolean
}

export type Source = {
  readonly id: string
  readonly title: Text
  readonly number?: string
  readonly date?: string
  /** Whether somebody has checked the pack against the text of the document. */
  readonly confirmed: boolean
  readonly note?: Text
}

/** The shape of the identity number; its checksum is one of the algorithms the engine knows. */
export type Identity = {
  readonly name: Text
  readonly pattern: string
  readonly checksum: 'iso7064-mod11-2' | 'luhn' | 'none'
  /** Where the birth date stands in the number (`YYYYMMDD`), if it does. */
  readonly birthAt?: number
  /** Where the digit stands whose parity tells the sex, and which sex codes odd and even are. */
  readonly sex?: { readonly at: number; readonly odd: string; readonly even: string }
  /**
   * Other cards whose number begins with this one: `length` characters, of which the first `keep` are the identity
   * number (a disability card adds kind and grade).
   */
  readonly longer?: readonly { readonly length: number; readonly keep: number }[]
  /** How many characters at each end stay visible when masked. */
  readonly show: { readonly first: number; readonly last: number }
}

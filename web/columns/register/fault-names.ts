import type { Words } from './words.ts'

/** Kinds of faults with a short name for the count of kinds; the sentence beside each row says more. */
const named = [
  'birth-differs',
  'cell-characters',
  'cell-code',
  'cell-date',
  'cell-decimals',
  'cell-empty',
  'cell-error',
  'cell-future',
  'cell-large',
  'cell-long',
  'cell-name',
  'cell-number',
  'cell-place',
  'cell-small',
  'cell-too-many',
  'cell-whole',
  'cell-yes-no',
  'formula',
  'household-differs',
  'household-has-faults',
  'identity-birth',
  'identity-checksum',
  'identity-form',
  'identity-future',
  'joined-before-birth',
  'lost-digits',
  'masked-identity',
  'merged',
  'no-birth',
  'no-head',
  'no-household',
  'no-name',
  'no-sex',
  'not-a-village',
  'outside-place',
  'same-identity-in-household',
  'sex-differs',
  'too-many-cells',
  'too-many-members',
  'two-heads',
  'unknown-place',
] as const

/** The kind of a fault in a few words; a kind from a later program is shown by its code. */
export function faultName(t: Words, code: string): string {
  const name = named.find((one) => code === `row.${one}`)
  return name ? t(`fault.${name}`) : code
}

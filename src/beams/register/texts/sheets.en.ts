/** Words of the spreadsheets that the register writes, where the pack has none. */
export const sheetsEn = {
  villageName: 'Village',
  head: 'Head of household',
  size: 'Members',
  period: 'Facts of',
  registeredOn: 'Registered on',
  faults: 'What to correct',
  guide: 'Guide',
  field: 'Column',
  meaning: 'Meaning',
  values: 'Values',
  needed: 'Needed',
  yes: 'yes',
  no: '',
  oneRow: 'One row for each member. The household’s own columns are filled in the row of the head only.',
}

export type SheetWord = keyof typeof sheetsEn

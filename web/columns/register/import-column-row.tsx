import { Select } from '@mantine/core'
import { memo, useId } from 'react'
import classes from './import-columns.module.css'
import { samplesOf } from './mapping.ts'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

export type FieldChoices = { group: string; items: { value: string; label: string }[] }[]

type ColumnRowProps = {
  column: number
  heading: string
  sample: readonly (readonly string[])[]
  field: string | null
  choices: FieldChoices
  guessed: boolean
  doubled: boolean
  onChoose: (column: number, field: string | null) => void
}

/** A file of a hundred columns is redrawn at every choice: only the row that changed may cost anything. */
export const ColumnRow = memo(Row)

/** One column of the file: its heading, its first values, and the field that it is. */
function Row({ column, heading, sample, field, choices, guessed, doubled, onChoose }: ColumnRowProps) {
  const t = useWords()
  const id = useId()
  const samples = samplesOf(sample, column, 3)
  const name = heading || t('mapping.no-heading', { n: column + 1 })
  return (
    <li className={classes.row} data-out={field === null || undefined}>
      <span id={id} className={classes.heading}>
        {heading ? <Theirs>{heading}</Theirs> : name}
      </span>
      <span className={classes.samples}>
        {samples.length === 0 ? t('mapping.empty') : <Theirs>{samples.join(' · ')}</Theirs>}
      </span>
      <span className={classes.field}>
        <Select
          size="sm"
          aria-labelledby={id}
          data={choices}
          value={field}
          placeholder={t('mapping.leave-out')}
          searchable
          clearable
          nothingFoundMessage={t('mapping.no-field')}
          error={doubled ? t('mapping.doubled-here') : undefined}
          clearButtonProps={{ 'aria-label': `${t('mapping.leave-out')}: ${name}` }}
          comboboxProps={{ width: 320, position: 'bottom-end' }}
          maxDropdownHeight={360}
          onChange={(next) => onChoose(column, next)}
        />
        <span className={classes.guessed}>{guessed && t('mapping.guessed')}</span>
      </span>
    </li>
  )
}

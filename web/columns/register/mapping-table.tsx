import { useMemo } from 'react'
import { type PackForm, usePack } from '../../lib/pack.ts'
import { ColumnRow, type FieldChoices } from './import-column-row.tsx'
import classes from './import-columns.module.css'
import type { Import } from './import-state.tsx'
import type { Mapping, MappingCheck } from './mapping.ts'
import { useWords } from './words.ts'

type MappingTableProps = {
  run: Import
  form: PackForm
  mapping: Mapping
  found: MappingCheck
  onChoose: (column: number, field: string | null) => void
}

/**
 * Every column of the file with the field that it is. Those that nobody recognised stand first, where they are seen;
 * a column keeps its place while one chooses.
 */
export function MappingTable({ run, form, mapping, found, onChoose }: MappingTableProps) {
  const t = useWords()
  const { say } = usePack()
  const { headings, sample } = run.layout
  const guessing = run.state === 'mapping'
  const doubled = useMemo(() => new Set(found.doubled.map(({ field }) => field.id)), [found])
  const choices = useMemo<FieldChoices>(
    () =>
      form.sections
        .map((section) => ({
          group: `${section.number} ${say(section.title)}`,
          items: section.fields
            .filter(({ derived }) => !derived)
            .map(({ id, number, name }) => ({ value: id, label: `${number} ${say(name)}` })),
        }))
        .filter(({ items }) => items.length > 0),
    [form, say],
  )
  const all = headings.map((_, column) => column)
  const groups = [
    { id: 'out', columns: all.filter((column) => run.mapping[column] === null) },
    { id: 'read', columns: all.filter((column) => run.mapping[column] !== null) },
  ] as const
  return groups
    .filter(({ columns }) => columns.length > 0)
    .map(({ id, columns }) => (
      <div key={id}>
        <h3 className={classes.group}>
          {t(guessing ? `mapping.group-guess-${id}` : `mapping.group-${id}`, { n: columns.length })}
        </h3>
        <div className={classes.headings} aria-hidden="true">
          <span>{t('mapping.column')}</span>
          <span>{t('mapping.samples')}</span>
          <span>{t('mapping.field')}</span>
        </div>
        <ul className={classes.rows}>
          {columns.map((column) => {
            const field = mapping[column] ?? null
            return (
              <ColumnRow
                // Columns have no name of their own that is sure to be there once; their place in the file is it.
                key={column}
                column={column}
                heading={headings[column] ?? ''}
                sample={sample}
                field={field}
                choices={choices}
                guessed={guessing && field !== null && field === run.mapping[column]}
                doubled={field !== null && doubled.has(field)}
                onChoose={onChoose}
              />
            )
          })}
        </ul>
      </div>
    ))
}

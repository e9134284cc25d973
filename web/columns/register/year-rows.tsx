import { type PackField, usePack } from '../../lib/pack.ts'
import type { Typed } from './change-draft.ts'
import { FactInput } from './fact-input.tsx'
import { FactValue } from './facts.tsx'
import { useWords } from './words.ts'
import { differs, shownValue, type YearDraft, type YearGroup } from './year-draft.ts'
import classes from './year-form.module.css'

type YearRowsProps = {
  group: YearGroup
  fields: readonly PackField[]
  draft: YearDraft
  period: string
  lastPeriod: string | undefined
  type: (field: string, value: Typed) => void
}

/** The fields of a section: name, the value of the year before, and the one of this year to be typed. */
export function YearRows({ group, fields, draft, period, lastPeriod, type }: YearRowsProps) {
  const t = useWords()
  const { pack, say } = usePack()
  const twoYears = lastPeriod !== undefined
  return (
    <div className={classes.rows} data-first={!twoYears || undefined}>
      <div className={classes.heads} aria-hidden>
        <span />
        {twoYears && <span>{lastPeriod}</span>}
        <span>{twoYears ? t('update.now', { period }) : t('update.first', { period })}</span>
      </div>
      {fields.map((field) => {
        const value = shownValue(group, field, draft, pack.currency)
        const changed = twoYears && differs(field, value, group.last?.[field.id], pack.currency)
        return (
          <div key={field.id} className={classes.row} data-changed={changed || undefined}>
            <div className={classes.name}>
              <span className={classes.number}>{field.number}</span> {say(field.name)}
              {field.unit && <span className={classes.unit}> ({say(field.unit)})</span>}
              {changed && <span className={classes.changed}> {t('update.changed')}</span>}
            </div>
            {twoYears && (
              <div className={classes.last}>
                <span className={classes.lastYear}>{lastPeriod}: </span>
                <FactValue field={field} fact={group.last?.[field.id]} unit={false} />
              </div>
            )}
            <div className={classes.now}>
              <FactInput field={field} value={value} onChange={(next) => type(field.id, next)} bare />
            </div>
          </div>
        )
      })}
    </div>
  )
}

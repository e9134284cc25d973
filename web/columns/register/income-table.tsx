import { type PackField, type PackSection, usePack } from '../../lib/pack.ts'
import { type FactsById, FactValue, isRecorded } from './facts.tsx'
import { deductedIn } from './income-account.ts'
import classes from './income-table.module.css'
import { useWords } from './words.ts'

/** Whether a section is an account: several amounts of money, and one that the system computes from them. */
export function isIncome(section: PackSection): boolean {
  const money = section.fields.filter(({ kind }) => kind === 'money')
  return money.filter(({ derived }) => !derived).length >= 2 && money.some(({ derived }) => derived)
}

/** Amounts by source as a small table; a bar shows how large each is beside the largest. */
export function IncomeTable({ section, facts }: { section: PackSection; facts: FactsById }) {
  const t = useWords()
  const { say } = usePack()
  const amounts = section.fields.filter((field) => !field.derived)
  const totals = section.fields.filter((field) => field.derived)
  const largest = Math.max(0, ...amounts.map((field) => Math.abs(amountOf(field, facts))))
  const account = amounts
    .filter(({ id }) => isRecorded(facts[id]))
    .map((field) => ({ id: field.id, value: amountOf(field, facts) }))
  const total = totals.find(({ id }) => isRecorded(facts[id]))
  const deducted = total && deductedIn(account, amountOf(total, facts))
  const unit = amounts.find((field) => field.unit)?.unit
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {t('income.source')}
          </th>
          <th scope="col" className={classes.amount}>
            {unit ? say(unit) : ''}
          </th>
          <td className={classes.space} />
        </tr>
      </thead>
      <tbody>
        {amounts.map((field) => {
          const amount = amountOf(field, facts)
          return (
            <tr key={field.id}>
              <td className={classes.number}>{field.number}</td>
              <th scope="row">
                {say(field.name)}
                {field.id === deducted && <span className={classes.unit}> ({t('income.deducted')})</span>}
              </th>
              <td className={classes.amount} data-zero={amount === 0 || undefined}>
                <FactValue field={field} fact={facts[field.id]} unit={false} />
              </td>
              <td className={classes.space} aria-hidden="true">
                {largest > 0 && amount !== 0 && (
                  <div
                    className={classes.bar}
                    data-deducted={field.id === deducted || undefined}
                    style={{ width: `${(Math.abs(amount) / largest) * 100}%` }}
                  />
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
      <tfoot>
        {totals.map((field) => (
          <tr key={field.id}>
            <td className={classes.number}>{field.number}</td>
            <th scope="row">
              {say(field.name)}
              {field.unit && <span className={classes.unit}> ({say(field.unit)})</span>}
            </th>
            <td className={classes.amount}>
              <FactValue field={field} fact={facts[field.id]} unit={false} />
            </td>
            <td className={classes.space} />
          </tr>
        ))}
      </tfoot>
    </table>
  )
}

function amountOf(field: PackField, facts: FactsById): number {
  const fact = facts[field.id]
  return field.kind === 'money' && isRecorded(fact) ? Number(fact) : 0
}

import { type PackSection, usePack } from '../../lib/pack.ts'
import { type FactLine, Facts, Section } from '../../ui/Facts.tsx'
import classes from './card-sections.module.css'
import { type Card, type FactsById, FactValue, householdFacts, isRecorded } from './facts.tsx'
import { IncomeTable, isIncome } from './income-table.tsx'
import { Members } from './members.tsx'
import { useWords } from './words.ts'

/** The card as the paper has it: the sections of the form with their numbers, in their order. */
export function CardSections({ card }: { card: Card }) {
  const { pack, say } = usePack()
  const t = useWords()
  const form = pack.forms.find(({ id }) => id === card.form)
  if (!form) return null
  const facts = householdFacts(
    card,
    form.sections.flatMap(({ fields }) => fields),
  )
  const memberSections = form.sections.filter((section) => section.of === 'member')
  return (
    <div className={classes.sections}>
      {form.sections.map((section) => {
        if (section.of === 'member') {
          // All sections kept for each member are shown together, where the paper has the first of them.
          if (section !== memberSections[0]) return null
          return (
            <Section key={section.id} id={section.id} number={section.number} title={say(section.title)}>
              <Members card={card} sections={memberSections} />
            </Section>
          )
        }
        return (
          <Section key={section.id} id={section.id} number={section.number} title={say(section.title)}>
            {!section.fields.some(({ id }) => isRecorded(facts[id])) ? (
              <p className={classes.nothing}>{t('card.none-of-section', { period: card.period })}</p>
            ) : isIncome(section) ? (
              <IncomeTable section={section} facts={facts} />
            ) : (
              <SectionFacts section={section} facts={facts} />
            )}
          </Section>
        )
      })}
    </div>
  )
}

/** The facts of one section, in the order and with the numbers of the paper. */
export function SectionFacts({ section, facts }: { section: PackSection; facts: FactsById }) {
  const { say } = usePack()
  return (
    <Facts
      facts={section.fields.map(
        (field): FactLine => ({
          id: field.id,
          number: field.number,
          name: say(field.name),
          ...(field.unit && { unit: say(field.unit) }),
          value: isRecorded(facts[field.id]) ? (
            <FactValue field={field} fact={facts[field.id]} unit={false} />
          ) : undefined,
        }),
      )}
    />
  )
}

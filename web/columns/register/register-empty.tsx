import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../ui/notices.tsx'
import type { FilterPart } from './filter-parts.ts'
import classes from './register-page.module.css'
import { useWords } from './words.ts'

/** Nobody is registered here: how households come in, or who has to bring them. */
export function NothingHere({ place, mayImport }: { place: string; mayImport: boolean }) {
  const t = useWords()
  return (
    <EmptyState
      why={t('empty.title', { place })}
      action={
        mayImport && (
          <Button component={Link} to="/imports">
            {t('empty.import')}
          </Button>
        )
      }
    >
      {t(mayImport ? 'empty.why' : 'empty.why-reader')}
    </EmptyState>
  )
}

/** Filters that leave nothing, or that nobody understands: each can be dropped from here. */
export function NothingMatches({
  parts,
  onDrop,
}: {
  parts: readonly FilterPart[]
  onDrop: (part: FilterPart) => void
}) {
  const t = useWords()
  const faulty = parts.filter((part) => part.faulty)
  return (
    <EmptyState
      why={t(faulty.length > 0 ? 'faulty.title' : 'nomatch.title')}
      action={
        <ul className={classes.drops}>
          {(faulty.length > 0 ? faulty : parts).map((part) => (
            <li key={part.id}>
              <Button variant="default" size="compact-md" className={classes.drop} onClick={() => onDrop(part)}>
                {t('nomatch.drop', { filter: `${part.name} ${part.value}` })}
              </Button>
            </li>
          ))}
        </ul>
      }
    >
      {t(faulty.length > 0 ? 'faulty.why' : 'nomatch.why')}
    </EmptyState>
  )
}

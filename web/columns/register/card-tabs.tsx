import { Link } from '@tanstack/react-router'
import classes from './card-tabs.module.css'
import { useWords } from './words.ts'

export type Tab = 'card' | 'history'

/** The parts of the card on a narrow screen, each with its own address. */
export function CardTabs({ tab, household, period }: { tab: Tab; household: number; period: string | undefined }) {
  const t = useWords()
  const to = `/register/${household}` as string
  const search = (name: Tab) => ({ ...(period && { period }), ...(name === 'history' && { tab: name }) }) as never
  return (
    <nav aria-label={t('card.tabs')} className={classes.tabs}>
      {(['card', 'history'] as const).map((name) => (
        <Link
          key={name}
          to={to}
          search={search(name)}
          replace
          resetScroll={false}
          activeOptions={{ exact: true }}
          className={classes.tab}
          data-here={tab === name || undefined}
          aria-current={tab === name ? 'page' : undefined}
        >
          {t(name === 'card' ? 'card.tab-card' : 'card.tab-history')}
        </Link>
      ))}
    </nav>
  )
}

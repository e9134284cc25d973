import { Link } from '@tanstack/react-router'
import classes from './card-tabs.module.css'
import { useWords } from './words.ts'

export type Tab = 'card' | 'history' | 'access'

const names = { card: 'card.tab-card', history: 'card.tab-history', access: 'access.tab' } as const

type CardTabsProps = { tab: Tab; tabs: readonly Tab[]; household: number; period: string | undefined }

/** The parts of the card on a narrow screen, each with its own address. */
export function CardTabs({ tab, tabs, household, period }: CardTabsProps) {
  const t = useWords()
  const to = `/register/${household}` as string
  const search = (name: Tab) => ({ ...(period && { period }), ...(name !== 'card' && { tab: name }) }) as never
  return (
    <nav aria-label={t('card.tabs')} className={classes.tabs}>
      {tabs.map((name) => (
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
          {t(names[name])}
        </Link>
      ))}
    </nav>
  )
}

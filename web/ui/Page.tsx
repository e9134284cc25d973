import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import classes from './Page.module.css'
import { useTexts } from './texts/index.ts'

export type Crumb = { readonly name: string; readonly to?: string }

type PageProps = {
  title: string
  /** What stands behind the title in quiet ink: a count, a period. */
  count?: ReactNode
  /** One sentence below the title. */
  subtitle?: ReactNode
  /** The page's one primary action, and at most two quiet ones before it. */
  action?: ReactNode
  /** From the top down to the page above this one; without `to` a crumb is plain text. */
  breadcrumbs?: readonly Crumb[]
  /** One column of reading width instead of the whole width. */
  reading?: boolean
  /** Stands in place of title, count, subtitle and action: the head of a record. `title` still names the tab. */
  head?: ReactNode
  children: ReactNode
}

/** The frame of every page: where it is, title, what it says, its one action. Names the browser's tab as well. */
export function Page({ title, count, subtitle, action, breadcrumbs = [], reading = false, head, children }: PageProps) {
  const say = useTexts()
  useEffect(() => {
    document.title = `${title} · Fourbeams`
  }, [title])
  return (
    <div className={classes.page} data-reading={reading || undefined}>
      {breadcrumbs.length > 0 && (
        <nav aria-label={say('breadcrumbs')} className={classes.crumbs}>
          <ol>
            {breadcrumbs.map((crumb) => (
              <li key={`${crumb.to ?? ''} ${crumb.name}`}>
                {crumb.to ? <Link to={crumb.to}>{crumb.name}</Link> : crumb.name}
              </li>
            ))}
          </ol>
        </nav>
      )}
      {head ?? (
        <header className={classes.head}>
          <div className={classes.words}>
            <h1 className={classes.title}>
              {title}
              {count !== undefined && <span className={classes.count}>{count}</span>}
            </h1>
            {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
          </div>
          {action && <div className={classes.action}>{action}</div>}
        </header>
      )}
      {children}
    </div>
  )
}

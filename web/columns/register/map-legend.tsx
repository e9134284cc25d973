import classes from './map-page.module.css'
import type { Legend } from './map-state.ts'
import { useWords } from './words.ts'

/** What the colours and the hatching say, lowest value first. */
export function MapLegend({ legend }: { legend: Legend }) {
  const t = useWords()
  return (
    <section className={classes.legend} aria-label={t('map.legend')}>
      <h2 className={classes.legendTitle}>{legend.title}</h2>
      <ul>
        {legend.classes.map(({ token, words, places }) => (
          <li key={token}>
            <span className={classes.swatch} style={{ background: `var(${token})` }} aria-hidden="true" />
            {words}
            <span className={classes.places}>{t('map.places', { n: places })}</span>
          </li>
        ))}
        {legend.none && (
          <li>
            <span className={classes.swatch} style={{ background: 'var(--fb-map-none)' }} aria-hidden="true" />
            {legend.none}
          </li>
        )}
        {legend.tag && (
          <li>
            <span className={classes.swatch} data-hatched aria-hidden="true" />
            {legend.tag}
          </li>
        )}
      </ul>
    </section>
  )
}

import classes from './import-counts.module.css'
import type { Import } from './import-state.tsx'
import { useWords } from './words.ts'

const parts = ['good', 'bad', 'skipped'] as const

/** What became of the rows: the sum as a sentence, and the same as a bar whose parts have the true proportions. */
export function ImportCounts({ counts }: { counts: Import['counts'] }) {
  const t = useWords()
  const { read, good, bad, skipped, unchanged, held } = counts
  return (
    <div className={classes.counts}>
      <p className={classes.sentence}>
        {t('result.sentence', { read: t('count.rows', { n: read }), good, bad, skipped })}
      </p>
      <div role="img" aria-label={t('result.bar', { read, good, bad, skipped })} className={classes.bar}>
        {parts.map(
          (part) => counts[part] > 0 && <span key={part} data-part={part} style={{ flexGrow: counts[part] }} />,
        )}
      </div>
      <ul className={classes.legend} aria-hidden="true">
        {parts.map((part) => (
          <li key={part} data-part={part}>
            {t(`result.${part}`)}
          </li>
        ))}
      </ul>
      {skipped > 0 && <p className={classes.more}>{t('result.skipped-of', { unchanged, held })}</p>}
    </div>
  )
}

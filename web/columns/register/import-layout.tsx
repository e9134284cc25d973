import { useFormat } from '../../lib/format.ts'
import type { Import } from './import-state.tsx'
import classes from './import-work.module.css'
import { useWords } from './words.ts'

/** What the program found out about the file, so that a wrong guess shows before anything is read. */
export function ImportLayout({ run }: { run: Import }) {
  const t = useWords()
  const { bytes } = useFormat()
  const { kind, encoding, delimiter, headingRow, headings } = run.layout
  const delimiters: Record<string, string> = {
    ',': t('layout.delimiter.comma'),
    ';': t('layout.delimiter.semicolon'),
    '\t': t('layout.delimiter.tab'),
  }
  const file = [
    kind.toUpperCase(),
    encoding ? t('layout.encoding', { encoding: encoding.toUpperCase() }) : '',
    delimiter ? t('layout.delimiter', { delimiter: delimiters[delimiter] ?? delimiter }) : '',
  ]
  return (
    <p className={classes.what}>
      {t('layout.sentence', {
        kind: file.filter(Boolean).join(t('list.comma')),
        size: bytes(run.fileBytes),
        row: String(headingRow),
        columns: t('layout.columns', { n: headings.length }),
      })}
    </p>
  )
}

import { useMemo } from 'react'
import { householdTemplate } from '../../../src/beams/register/household/contract.ts'
import { listImports } from '../../../src/beams/register/intake/contract.ts'
import { type AnswerOf, addressOf, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useSession } from '../../lib/session.ts'
import { Section } from '../../ui/Facts.tsx'
import { ListTable } from '../../ui/ListTable.tsx'
import type { Column } from '../../ui/list.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { type Import, ImportStateMark } from './import-state.tsx'
import classes from './imports-page.module.css'
import { NewImport } from './new-import.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Imports = AnswerOf<typeof listImports>
const rowsOf = (page: Imports) => page.imports
const nextOf = (page: Imports) => (page.next === null ? null : { before: page.next })

/** Spreadsheets brought in: a new one above, below it what became of the earlier ones. */
export default function ImportsPage() {
  const t = useWords()
  const { may } = useSession()
  const list = usePages(
    listImports,
    { query: { limit: 30 } },
    { next: nextOf, rowsOf, enabled: may('household.import') },
  )
  const columns = useImportColumns()
  return (
    <Page title={t('imports.title')}>
      <div className={classes.new}>
        <Section title={t('imports.new')}>
          <NewImport />
        </Section>
        <Section title={t('imports.template')}>
          <p className={classes.help}>{t('imports.template-help')}</p>
          <ul className={classes.files}>
            <li>
              <a href={addressOf(householdTemplate, { query: { format: 'xlsx' } })} download>
                {t('imports.template-xlsx')}
              </a>
            </li>
            <li>
              <a href={addressOf(householdTemplate, { query: { format: 'csv' } })} download>
                {t('imports.template-csv')}
              </a>
            </li>
          </ul>
        </Section>
      </div>
      <Section title={t('imports.past')}>
        <ListTable
          label={t('imports.past')}
          rows={list.rows}
          columns={columns}
          rowKey={(run) => run.id}
          rowName={(run) => run.fileName}
          rowTo={(run) => `/imports/${run.id}`}
          more={list.more}
          error={list.error}
          retry={list.retry}
          empty={<EmptyState why={t('imports.none')}>{t('imports.none-why')}</EmptyState>}
        />
      </Section>
    </Page>
  )
}

function useImportColumns(): readonly Column<Import>[] {
  const t = useWords()
  const { number, moment, person } = useFormat()
  return useMemo(() => {
    const count = (id: 'read' | 'good' | 'bad' | 'skipped', card = false): Column<Import> => ({
      id,
      title: t(`imports.${id}`),
      width: 90,
      numeric: true,
      card,
      cell: ({ counts }) => (counts.read > 0 ? number(counts[id]) : '–'),
    })
    return [
      { id: 'file', title: t('imports.file'), width: 240, cell: (run) => <Theirs>{run.fileName}</Theirs> },
      { id: 'state', title: t('imports.state'), width: 200, card: true, cell: (run) => <ImportStateMark run={run} /> },
      count('read', true),
      count('good'),
      count('bad'),
      count('skipped'),
      {
        id: 'who',
        title: t('imports.who'),
        width: 140,
        cell: (run) => (run.by === null ? person(run.by) : <Theirs>{run.by}</Theirs>),
      },
      { id: 'when', title: t('imports.when'), width: 170, card: true, cell: (run) => moment(run.createdAt) },
    ]
  }, [t, number, moment])
}

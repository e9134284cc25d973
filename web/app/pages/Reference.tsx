import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { EmptyState, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { documentAddress, useOperations } from '../reference/document.ts'
import { OperationEntry } from '../reference/OperationEntry.tsx'
import classes from '../reference/reference.module.css'
import { useTexts } from '../texts/index.ts'

/** The interface for programs, as the server describes itself, with a form to try each call. */
export function Reference() {
  const say = useTexts()
  const { data, error, refetch } = useOperations()
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = data?.filter(({ id, path, summary, method }) =>
    `${method} ${path} ${id} ${summary}`.toLowerCase().includes(wanted),
  )
  const tags = [...new Set(found?.map(({ tag }) => tag))]
  return (
    <Page
      title={say('referenceTitle')}
      count={data?.length}
      subtitle={say('referenceSubtitle')}
      action={<a href={documentAddress}>{say('referenceDocument')}</a>}
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data && (
        <TextInput
          type="search"
          className={classes.search}
          aria-label={say('referenceSearch')}
          placeholder={say('referenceSearch')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {found?.length === 0 && (
        <EmptyState why={say('referenceNothing', { text })}>{say('referenceNothingHow')}</EmptyState>
      )}
      {tags.map((tag) => (
        <section key={tag} className={classes.tag} aria-label={tag}>
          {/* Names and summaries of routes are written for programmers, in English only. */}
          <h2 lang="en">{tag}</h2>
          {found
            ?.filter((operation) => operation.tag === tag)
            .map((operation) => (
              <OperationEntry key={operation.id} operation={operation} />
            ))}
        </section>
      ))}
    </Page>
  )
}

import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useMemo, useState } from 'react'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { SplitPane } from '../../ui/SplitPane.tsx'
import classes from '../dictionary/dictionary.module.css'
import { CodeList, FieldEntry, ParameterEntry, SourceEntry } from '../dictionary/entries.tsx'
import { searchPack } from '../dictionary/search.ts'
import { useTexts } from '../texts/index.ts'

/** What is recorded, in which codes, and the figures of the law: generated from the pack, each entry with an address. */
export function Dictionary() {
  const say = useTexts()
  const format = useFormat()
  const { pack, say: words } = usePack()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text, 150)
  const found = useMemo(() => searchPack(pack, asked), [pack, asked])
  const [jumped, setJumped] = useState<string>()

  // The browser looked for the anchor before the page stood; look again now.
  useEffect(() => {
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
  }, [])

  const link = (id: string, name: string) => (
    <a href={`#${id}`} onClick={() => setJumped(`${id} ${Date.now()}`)}>
      {name}
    </a>
  )
  const contents = (
    <ul className={classes.contents}>
      {found.forms.map((form) => (
        <li key={form.id}>
          {link(`form-${form.id}`, words(form.title))}
          <ul>
            {form.sections.map((section) => (
              <li key={section.id}>
                {link(`section-${form.id}-${section.id}`, `${section.number} ${words(section.title)}`)}
              </li>
            ))}
          </ul>
        </li>
      ))}
      {found.lists.length > 0 && <li>{link('lists', say('dictionaryLists'))}</li>}
      {found.parameters.length > 0 && <li>{link('parameters', say('dictionaryParameters'))}</li>}
      {found.places && <li>{link('places', say('dictionaryPlaces'))}</li>}
      {found.sources.length > 0 && <li>{link('sources', say('dictionarySources'))}</li>}
    </ul>
  )

  return (
    <Page
      title={say('dictionaryTitle')}
      subtitle={say('dictionarySubtitle', { pack: words(pack.name), version: pack.version })}
    >
      <SplitPane
        side={contents}
        sideTitle={say('dictionaryContents')}
        sideButton={say('dictionaryContents')}
        chosen={jumped}
      >
        <TextInput
          type="search"
          className={classes.search}
          aria-label={say('dictionarySearch')}
          placeholder={say('dictionarySearch')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {found.empty && (
          <EmptyState why={say('dictionaryNothing', { text: asked })}>{say('dictionaryNothingHow')}</EmptyState>
        )}
        {found.forms.map((form) => (
          <div key={form.id} id={`form-${form.id}`} className={classes.part}>
            <h2 className={classes.partTitle}>
              {words(form.title)}{' '}
              <span className={classes.quiet}>
                {say('dictionaryFields', { count: form.sections.reduce((sum, { fields }) => sum + fields.length, 0) })}
              </span>
            </h2>
            {form.sections.map((section) => (
              <Section
                key={section.id}
                id={`section-${form.id}-${section.id}`}
                number={section.number}
                title={words(section.title)}
                level={3}
                aside={
                  section.of === 'member' ? (
                    <span className={classes.quiet}>{say('field.of', { of: say('of.member') })}</span>
                  ) : undefined
                }
              >
                <ul className={classes.entries}>
                  {section.fields.map((field) => (
                    <FieldEntry key={field.id} form={form.id} field={field} />
                  ))}
                </ul>
              </Section>
            ))}
          </div>
        ))}
        {found.lists.length > 0 && (
          <div id="lists" className={classes.part}>
            <h2 className={classes.partTitle}>{say('dictionaryLists')}</h2>
            {found.lists.map((list) => (
              <CodeList key={list.id} list={list} />
            ))}
          </div>
        )}
        {found.parameters.length > 0 && (
          <div id="parameters" className={classes.part}>
            <h2 className={classes.partTitle}>{say('dictionaryParameters')}</h2>
            {found.parameters.map((parameter) => (
              <ParameterEntry key={parameter.id} parameter={parameter} />
            ))}
          </div>
        )}
        {found.places && (
          <div id="places" className={classes.part}>
            <h2 className={classes.partTitle}>{say('dictionaryPlaces')}</h2>
            <Section title={say('dictionaryLevels')} level={3}>
              <p className={classes.line}>{pack.levels.map(({ name }) => words(name)).join(' › ')}</p>
            </Section>
            <Section title={say('dictionaryRoles')} level={3}>
              <ul className={classes.plain}>
                {pack.roles.map((role) => (
                  <li key={role.id}>
                    {words(role.name)} <code>{role.id}</code>
                  </li>
                ))}
              </ul>
            </Section>
            <Section title={say('dictionaryTags')} level={3}>
              <ul className={classes.plain}>
                {pack.tags.map((tag) => (
                  <li key={tag.id}>
                    {words(tag.name)} <code>{tag.id}</code>
                  </li>
                ))}
              </ul>
            </Section>
          </div>
        )}
        {found.sources.length > 0 && (
          <div id="sources" className={classes.part}>
            <h2 className={classes.partTitle}>
              {say('dictionarySources')} <span className={classes.quiet}>{format.number(found.sources.length)}</span>
            </h2>
            <ul className={classes.entries}>
              {found.sources.map((source) => (
                <SourceEntry key={source.id} source={source} />
              ))}
            </ul>
          </div>
        )}
      </SplitPane>
    </Page>
  )
}

import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { findPlaces } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import classes from './place-finder.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type PlaceFinderProps = {
  onChoose: (code: string, name: string) => void
  /** Only places of this level can be chosen. */
  level?: number
  /** What stands there without a text, such as the tree. */
  children?: ReactNode
}

/** Finds a place by name, letters or code. */
export function PlaceFinder({ onChoose, level, children }: PlaceFinderProps) {
  const t = useWords()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed.trim(), 250)
  const found = useAnswer(
    findPlaces,
    { query: { text: asked, limit: 20 } },
    { enabled: asked !== '', keepPrevious: true },
  )
  const searching = typed.trim() !== ''
  const places = found.data?.places.filter((place) => level === undefined || place.level === level)
  return (
    <div className={classes.finder}>
      <TextInput
        type="search"
        size="sm"
        aria-label={t('tree.find')}
        placeholder={t('tree.find-hint')}
        value={typed}
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
        rightSection={
          searching && <CloseButton size="sm" aria-label={t('search.clear')} onClick={() => setTyped('')} />
        }
      />
      {!searching && children}
      {searching && found.isError && <ProblemNotice error={found.error} />}
      {searching && places && (
        <ul className={classes.found} aria-label={t('tree.find')}>
          {places.map((place) => (
            <li key={place.code}>
              <button
                type="button"
                className={classes.place}
                onClick={() => {
                  setTyped('')
                  onChoose(place.code, place.name)
                }}
              >
                <Theirs>{place.name}</Theirs>
                <Theirs className={classes.path}>{place.path}</Theirs>
                {place.former && (
                  <span className={classes.path}>
                    {t('places.former')}: <Theirs>{place.former}</Theirs>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
      {searching && (
        <p role="status" className={classes.none}>
          {places?.length === 0 && t('tree.none-found')}
          {found.isPending && t('tree.loading')}
        </p>
      )}
    </div>
  )
}

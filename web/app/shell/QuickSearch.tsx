import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useId, useState } from 'react'
import { listHouseholds } from '../../../src/beams/register/household/contract.ts'
import { findPlaces } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useTexts } from '../texts/index.ts'
import { useLanguageSwitch } from './LanguageSwitch.tsx'
import { entries, paletteActions } from './navigation.ts'
import classes from './shell.module.css'

type Hit = { id: string; group: string; name: string; detail?: string; go: () => void }

/** Goes anywhere and begins anything: pages and actions by name, places by name or letters, households by what the register can find them by. */
export function QuickSearch({ close }: { close: () => void }) {
  const say = useTexts()
  const { may } = useSession()
  const { levelName } = usePack()
  const navigate = useNavigate()
  const box = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const wanted = text.trim()
  const [asked] = useDebouncedValue(wanted, 180)

  const places = useAnswer(
    findPlaces,
    { query: { text: asked, limit: 6 } },
    { enabled: asked !== '' && may('place.read'), keepPrevious: true },
  )
  const households = useAnswer(
    listHouseholds,
    { query: { text: asked, limit: 8 } },
    { enabled: asked.length > 1 && may('household.read'), keepPrevious: true },
  )

  const leave = (to: string, search: Record<string, string> = {}) => {
    close()
    void navigate({ to, search: search as never })
  }
  const languages = useLanguageSwitch()
  const lower = wanted.toLowerCase()
  const pages: Hit[] = entries
    .filter(({ key, right }) => may(right) && say(key).toLowerCase().includes(lower))
    .map(({ key, to }) => ({ id: key, group: say('searchPages'), name: say(key), go: () => leave(to) }))
  const actions: Hit[] = paletteActions
    .filter(({ key, right }) => wanted !== '' && may(right) && say(key).toLowerCase().includes(lower))
    .map(({ key, to }) => ({ id: key, group: say('searchActions'), name: say(key), go: () => leave(to) }))
  const language: Hit = {
    id: 'language',
    group: say('searchActions'),
    name: say('switchLanguage'),
    go: () => {
      close()
      languages.choose()
    },
  }
  const hits: Hit[] = [
    ...pages,
    ...actions,
    ...(wanted !== '' && language.name.toLowerCase().includes(lower) ? [language] : []),
    ...((wanted && places.data?.places) || []).map((place) => ({
      id: `place-${place.code}`,
      group: say('searchPlaces'),
      name: place.name,
      detail: [place.path, levelName(place.level), place.former].filter(Boolean).join(' · '),
      go: () => leave('/register', { place: place.code }),
    })),
    ...((wanted.length > 1 && households.data?.households) || []).map((household) => ({
      id: `household-${household.id}`,
      group: say('searchHouseholds'),
      name: [household.headName, ...household.matched].join(' · '),
      detail: `${household.village.path} · ${household.number}`,
      go: () => leave(`/register/${household.id}`),
    })),
  ]
  const chosen = Math.min(at, hits.length - 1)
  const busy = wanted !== '' && (asked !== wanted || places.isFetching || households.isFetching)

  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && hits.length > 0) {
      event.preventDefault()
      const next = (chosen + step + hits.length) % hits.length
      setAt(next)
      document.getElementById(`${box}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) hits[chosen]?.go()
  }

  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="10vh"
      attributes={{ content: { 'aria-label': say('search') } }}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        className={classes.searchInput}
        value={text}
        placeholder={say('searchHint')}
        aria-label={say('searchHint')}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={box}
        aria-autocomplete="list"
        aria-activedescendant={hits.length > 0 ? `${box}-${chosen}` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <div id={box} role="listbox" aria-label={say('searchResults')} className={classes.hits}>
        {hits.map((hit, index) => (
          <div key={hit.id} role="presentation">
            {hit.group !== hits[index - 1]?.group && (
              <p className={classes.hitGroup} role="presentation">
                {hit.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a combobox are pressed in its input */}
            <div
              id={`${box}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={classes.hit}
              onClick={hit.go}
              onMouseMove={() => setAt(index)}
            >
              <span>{hit.name}</span>
              {hit.detail && <span className={classes.hitDetail}>{hit.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      <p className={classes.hitNote} role="status">
        {busy ? say('searchBusy') : hits.length === 0 ? say('searchNothing', { text: wanted }) : ''}
      </p>
    </Modal>
  )
}

import { CloseButton, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import classes from './register-page.module.css'
import { useWords } from './words.ts'

/** Typing stops for this long before the list is asked. */
const pause = 300

type HouseholdSearchProps = {
  /** The text in the URL. */
  text: string
  /** `correcting`: only a correction of the search before, so that Back does not replay every letter. */
  onSearch: (text: string, correcting: boolean) => void
}

/** The search field: name, letters, number or identity number. `/` leads here from anywhere on the page. */
export function HouseholdSearch({ text, onSearch }: HouseholdSearchProps) {
  const t = useWords()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(text)
  const asked = useRef(text)
  const send = useRef(onSearch)
  send.current = onSearch

  // Back and removed chips change the URL without typing; a text that was typed is already here.
  useEffect(() => {
    if (text !== asked.current) setTyped(text)
    asked.current = text
  }, [text])

  useEffect(() => {
    const wanted = typed.trim()
    if (wanted === asked.current) return
    const timer = setTimeout(() => {
      const correcting = asked.current !== '' && wanted !== ''
      asked.current = wanted
      send.current(wanted, correcting)
    }, pause)
    return () => clearTimeout(timer)
  }, [typed])

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <TextInput
      ref={field}
      type="search"
      className={classes.search}
      aria-label={t('search.label')}
      aria-keyshortcuts="/"
      placeholder={t('search.hint')}
      title={t('search.key')}
      value={typed}
      maxLength={60}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setTyped(event.currentTarget.value)}
      rightSection={
        typed === '' ? (
          <kbd aria-hidden className={classes.key}>
            /
          </kbd>
        ) : (
          <CloseButton size="sm" aria-label={t('search.clear')} onClick={() => setTyped('')} />
        )
      }
    />
  )
}

/** Whether keys belong to a field that somebody is typing in. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

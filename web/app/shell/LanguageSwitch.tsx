import { useQueryClient } from '@tanstack/react-query'
import { chooseLanguage } from '../../../src/platform/access/contract.ts'
import { call } from '../../lib/api.ts'
import { changeLanguage } from '../../lib/i18n.ts'
import { wire } from '../../lib/wire.ts'
import { useTexts } from '../texts/index.ts'
import classes from './shell.module.css'

/**
 * The other language, under its own name. Changes all screens at once, without a reload; for somebody signed in the
 * account keeps it, so that downloads and later devices speak it too.
 */
export function useLanguageSwitch() {
  const say = useTexts()
  const client = useQueryClient()
  const next = say('otherLanguageTag')
  const choose = () => {
    changeLanguage(next)
    // Sentences that the server wrote stand in the old language: ask for them again.
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== 'pack.show' && queryKey[0] !== 'pack.about',
    })
    // The screens have changed already; if the account cannot keep it, this device still does.
    if (wire.pageToken) void call(chooseLanguage, { body: { language: next } }).catch(() => undefined)
  }
  return { name: say('otherLanguage'), tag: next, label: say('switchLanguage'), choose }
}

export function LanguageSwitch() {
  const { name, tag, label, choose } = useLanguageSwitch()
  return (
    <button type="button" className={classes.plainButton} aria-label={`${name}: ${label}`} onClick={choose}>
      <span lang={tag}>{name}</span>
    </button>
  )
}

import { useLanguage } from '../../lib/i18n.ts'
import { usePack } from '../../lib/pack.ts'

/**
 * A text that people of the programme wrote: names of persons, places, files, reasons. Where the screens speak another
 * language it carries the programme's own `lang`, for the voice that reads it and the font that draws it.
 */
export function Theirs({ children, className }: { children: string; className?: string | undefined }) {
  const { pack } = usePack()
  const { language } = useLanguage()
  const own = pack.languages[0]
  return (
    <span {...(own && own !== language ? { lang: own } : {})} {...(className ? { className } : {})}>
      {children}
    </span>
  )
}

import { StateMark } from '../../ui/StateMark.tsx'
import { useTexts } from '../texts/index.ts'

/** How an account stands: closed, waiting for its first own password, or open, with or without a second factor. */
export function UserState({ disabled, temporary, factor }: { disabled: boolean; temporary: boolean; factor: boolean }) {
  const say = useTexts()
  if (disabled) return <StateMark tone="act">{say('userClosed')}</StateMark>
  if (temporary) return <StateMark tone="soon">{say('userTemporary')}</StateMark>
  return <StateMark tone={factor ? 'done' : 'plain'}>{say(factor ? 'userOpenFactor' : 'userOpen')}</StateMark>
}

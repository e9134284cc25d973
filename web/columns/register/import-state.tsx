import type { z } from 'zod'
import type { importAnswer } from '../../../src/beams/register/intake/contract.ts'
import { StateMark, type Tone } from '../../ui/StateMark.tsx'
import { useWords } from './words.ts'

export type Import = z.output<typeof importAnswer>
export type ImportState = Import['state']

/** What a state asks of the person who looks at it. */
const tones: Readonly<Record<ImportState, Tone>> = {
  mapping: 'soon',
  checking: 'going',
  checked: 'soon',
  applying: 'going',
  done: 'done',
  refused: 'act',
  cancelled: 'plain',
  undoing: 'going',
  undone: 'plain',
}

/** Whether a job is at work on the import, so that its page must be asked again. */
export function isBusy(state: ImportState): boolean {
  return state === 'checking' || state === 'applying' || state === 'undoing'
}

/** Where an import stands, as mark and words. */
export function ImportStateMark({ run }: { run: Pick<Import, 'state' | 'counts'> }) {
  const t = useWords()
  const held = run.state === 'checked' && run.counts.heldHouseholds > 0
  return <StateMark tone={tones[run.state]}>{t(held ? 'state.checked-held' : `state.${run.state}`)}</StateMark>
}

import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { asProblem } from '../lib/problem.ts'
import { sayOf } from './texts/index.ts'

const UNDO_FOR = 10_000

/** Short words at the edge of the screen about what was just done. */
export const toast = {
  /** Something was done; nothing is left to do. */
  done(sentence: string): void {
    notifications.show({
      message: sentence,
      autoClose: 5000,
      withBorder: true,
      closeButtonProps: { 'aria-label': sayOf('close') },
    })
  },
  /** Something was done that can be taken back for ten seconds. */
  undoable(sentence: string, verb: string, undo: () => void): void {
    const id = notifications.show({
      autoClose: UNDO_FOR,
      withBorder: true,
      closeButtonProps: { 'aria-label': sayOf('close') },
      message: (
        <span>
          {sentence}{' '}
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            {verb}
          </Button>
        </span>
      ),
    })
  },
  /** Something that needs the person now. Stays until it is read. */
  act(sentence: string, more?: string): void {
    notifications.show({
      title: sentence,
      message: more ?? '',
      color: 'red',
      autoClose: false,
      withBorder: true,
      closeButtonProps: { 'aria-label': sayOf('close') },
    })
  },
  /** A refusal that belongs to no place in the page. Stays until it is read. */
  problem(error: unknown): void {
    const problem = asProblem(error)
    toast.act(problem.title, problem.code)
  },
}

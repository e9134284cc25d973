import { Modal } from '@mantine/core'
import { useTexts } from '../texts/index.ts'
import classes from './shell.module.css'

/** The keys there are. */
export function KeysHelp({ close }: { close: () => void }) {
  const say = useTexts()
  const keys: readonly (readonly [string, string])[] = [
    ['Ctrl K', say('keySearch')],
    ['?', say('keyHelp')],
    ['j', say('keyDown')],
    ['k', say('keyUp')],
    ['Enter', say('keyOpen')],
    ['Esc', say('keyLeave')],
  ]
  return (
    <Modal opened onClose={close} title={say('keysTitle')} closeButtonProps={{ 'aria-label': say('close') }}>
      <dl className={classes.keys}>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}

import { Button, Drawer } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import classes from './SplitPane.module.css'
import { useTexts } from './texts/index.ts'

type SplitPaneProps = {
  /** What stands at the side: a tree of places. */
  side: ReactNode
  sideTitle: string
  /** What the button says that opens the side on a phone; the place chosen now, say. */
  sideButton?: string
  /** Changes when something was chosen at the side: the drawer of the phone then closes. */
  chosen?: string | undefined
  children: ReactNode
}

/** Two panes: a tree beside a list. On a narrow screen the tree is a drawer behind a button. */
export function SplitPane({ side, sideTitle, sideButton, chosen, children }: SplitPaneProps) {
  const say = useTexts()
  const narrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false })
  const [opened, { open, close }] = useDisclosure(false)
  const [closedFor, setClosedFor] = useState(chosen)
  if (chosen !== closedFor) {
    setClosedFor(chosen)
    close()
  }
  if (narrow) {
    return (
      <div className={classes.narrow}>
        <Button variant="default" onClick={open} className={classes.button}>
          {sideButton ?? say('showTree')}
        </Button>
        <Drawer
          opened={opened}
          onClose={close}
          title={sideTitle}
          size="88%"
          closeButtonProps={{ 'aria-label': say('close') }}
        >
          {side}
        </Drawer>
        {children}
      </div>
    )
  }
  return (
    <div className={classes.panes}>
      <aside className={classes.side} aria-label={sideTitle}>
        {side}
      </aside>
      <div className={classes.main}>{children}</div>
    </div>
  )
}

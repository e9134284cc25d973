import { Button, Modal, Textarea } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { shortestReason } from '../lib/reason.ts'
import classes from './DialogForm.module.css'
import { ProblemNotice } from './notices.tsx'
import { useTexts } from './texts/index.ts'

type ConfirmReasonProps = {
  opened: boolean
  close: () => void
  title: string
  /** What will happen, with its numbers. */
  children?: ReactNode
  /** The verb on the button: “Undo the import of 214 households”. */
  verb: string
  /** Does it; the dialog closes when it succeeded and shows the refusal when not. */
  confirm: (why: string) => Promise<unknown>
}

/** A dialog that asks for the reason before something is done that stands in the history. */
export function ConfirmReason({ opened, close, title, children, verb, confirm }: ConfirmReasonProps) {
  const say = useTexts()
  const [why, setWhy] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    if (opened) setError(undefined)
  }, [opened])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await confirm(why.trim())
      setWhy('')
      close()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': say('close') }}>
      <form onSubmit={submit} className={classes.form}>
        {children && <div>{children}</div>}
        <Textarea
          label={say('reason')}
          description={say('reasonHint', { n: shortestReason })}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
          maxLength={300}
          autosize
          minRows={2}
          data-autofocus
          required
          withAsterisk={false}
        />
        {error !== undefined && <ProblemNotice error={error} />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={close}>
            {say('cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={why.trim().length < shortestReason}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

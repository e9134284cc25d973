import { Button, Group, Modal, NativeSelect, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { listCards, printHousehold, printPlace } from '../../../src/beams/register/paper/contract.ts'
import { download } from '../../lib/api.ts'
import { nameOfLanguage, useLanguage } from '../../lib/i18n.ts'
import { usePack } from '../../lib/pack.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { IdentityChoice, masked, readWish } from './identity-choice.tsx'
import { PrintedCards } from './printed-cards.tsx'
import { useWords } from './words.ts'

type PrintDialogProps = {
  close: () => void
  /** Who or what is printed, in words. */
  title: string
  /** One household, or all of a place. */
  what: { household: number } | { place: string }
}

/** Makes the paper card of a household, or those of a whole village, and shows the cards that were printed before. */
export default function PrintDialog({ close, title, what }: PrintDialogProps) {
  const t = useWords()
  const client = useQueryClient()
  const { pack } = usePack()
  const { language: screen } = useLanguage()
  const [language, setLanguage] = useState(pack.languages.includes(screen) ? screen : pack.languages[0]!)
  const [wish, setWish] = useState(masked)
  const [since, setSince] = useState<number>()
  const [error, setError] = useState<unknown>()
  const elapsed = useSecondsSince(since)
  const { ready, query: identities } = readWish(wish)

  const print = async () => {
    const query = { language, ...identities }
    setSince(Date.now())
    setError(undefined)
    try {
      if ('household' in what) await download(printHousehold, { params: what, query })
      else await download(printPlace, { params: { code: what.place }, query })
      await client.invalidateQueries({ queryKey: [listCards.id] })
      toast.done(t('print.done'))
    } catch (problem) {
      setError(problem)
    } finally {
      setSince(undefined)
    }
  }

  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('tree.close') }}>
      <Stack gap="md">
        <p>{t('print.note')}</p>
        <NativeSelect
          label={t('print.language')}
          value={language}
          data={pack.languages.map((tag) => ({ value: tag, label: nameOfLanguage(tag) }))}
          onChange={(event) => setLanguage(event.currentTarget.value)}
        />
        <IdentityChoice wish={wish} change={setWish} />
        {error !== undefined && <ProblemNotice error={error} />}
        <Group justify="flex-end" gap="sm">
          <span role="status">{since !== undefined && t('print.busy', { seconds: elapsed })}</span>
          <Button variant="default" onClick={close}>
            {t('tree.close')}
          </Button>
          <Button disabled={!ready} loading={since !== undefined} onClick={() => void print()}>
            {t('print.go')}
          </Button>
        </Group>
        {'household' in what && <PrintedCards household={what.household} />}
      </Stack>
    </Modal>
  )
}

/** Whole seconds since an instant, counting on. */
function useSecondsSince(since: number | undefined): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (since === undefined) return undefined
    setNow(since)
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [since])
  return since === undefined ? 0 : Math.max(0, Math.round((now - since) / 1000))
}

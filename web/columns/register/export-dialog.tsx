import { Button, Group, Modal, Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { exportHouseholds } from '../../../src/beams/register/household/contract.ts'
import { proveAgain } from '../../../src/platform/access/contract.ts'
import { addressOf, call } from '../../lib/api.ts'
import { toast } from '../../ui/toasts.tsx'
import { IdentityChoice, masked, readWish } from './identity-choice.tsx'
import { queryOf, type RegisterFilter } from './register-search.ts'
import { useWords } from './words.ts'

type ExportDialogProps = {
  filter: RegisterFilter
  columns: readonly string[]
  /** How many the list has, in words. */
  households: string
}

/** Export of what the list shows: as a list or as whole cards, with identity numbers in full only for a reason. */
export function ExportDialog({ filter, columns, households }: ExportDialogProps) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [wanted, setShape] = useState<'list' | 'cards'>('list')
  // Cards are of today: they import again.
  const shape = filter.asOf ? 'list' : wanted
  const [format, setFormat] = useState<'xlsx' | 'csv'>('xlsx')
  const [wish, setWish] = useState(masked)
  const { full, ready, query: identities } = readWish(shape === 'cards' ? wish : masked)
  const address = addressOf(exportHouseholds, {
    query: {
      ...queryOf(filter),
      format,
      shape,
      columns,
      ...identities,
    },
  })
  /** Identity numbers in full leave only after the person proved who sits here; the browser cannot ask on the way. */
  const download = async () => {
    await call(proveAgain, { body: {} })
    const link = document.createElement('a')
    link.href = address
    link.download = ''
    link.click()
    setOpen(false)
  }
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('export.open')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('export.title', { households })}
        closeButtonProps={{ 'aria-label': t('tree.close') }}
      >
        <Stack gap="md">
          <Radio.Group label={t('export.what')} value={shape} onChange={(value) => setShape(value as typeof shape)}>
            <Stack gap="xs" mt={4}>
              <Radio value="list" label={t('export.list')} description={t('export.list-help')} />
              <Radio
                value="cards"
                disabled={filter.asOf !== undefined}
                label={t('export.cards')}
                description={t(filter.asOf ? 'export.cards-past' : 'export.cards-help')}
              />
            </Stack>
          </Radio.Group>
          <Radio.Group
            label={t('export.format')}
            value={format}
            onChange={(value) => setFormat(value as typeof format)}
          >
            <Group gap="lg" mt={4}>
              <Radio value="xlsx" label={t('export.xlsx')} />
              <Radio value="csv" label={t('export.csv')} />
            </Group>
          </Radio.Group>
          {shape === 'cards' && <IdentityChoice wish={wish} change={setWish} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {t('tree.close')}
            </Button>
            {full ? (
              <Button disabled={!ready} onClick={() => void download().catch(toast.problem)}>
                {t('export.go')}
              </Button>
            ) : (
              <Button component="a" href={address} download onClick={() => setOpen(false)}>
                {t('export.go')}
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

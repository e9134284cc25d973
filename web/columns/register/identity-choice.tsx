import { Group, Radio, Textarea } from '@mantine/core'
import { usePack } from '../../lib/pack.ts'
import { shortestReason } from '../../lib/reason.ts'
import { useSession } from '../../lib/session.ts'
import { useWords } from './words.ts'

/** Whether identity numbers leave masked or, for a reason, in full. */
export type IdentityWish = { readonly identities: 'masked' | 'full'; readonly why: string }

export const masked: IdentityWish = { identities: 'masked', why: '' }

/** The wish as routes take it, and whether it can be sent: in full only with a reason. */
export function readWish({ identities, why }: IdentityWish) {
  const full = identities === 'full'
  return {
    full,
    ready: !full || why.trim().length >= shortestReason,
    query: full ? { identities: 'full' as const, why: why.trim() } : {},
  }
}

/** The choice between masked and full identity numbers, for those who may see them, and the reason for the latter. */
export function IdentityChoice({ wish, change }: { wish: IdentityWish; change: (wish: IdentityWish) => void }) {
  const t = useWords()
  const { may } = useSession()
  const { pack, say } = usePack()
  if (!may('identity.reveal')) return null
  return (
    <>
      <Radio.Group
        label={say(pack.identity.name)}
        value={wish.identities}
        onChange={(value) => change({ ...wish, identities: value as IdentityWish['identities'] })}
      >
        <Group gap="lg" mt={4}>
          <Radio value="masked" label={t('export.masked')} />
          <Radio value="full" label={t('export.full')} />
        </Group>
      </Radio.Group>
      {wish.identities === 'full' && (
        <Textarea
          label={t('export.why')}
          description={t('export.why-help')}
          required
          minLength={shortestReason}
          maxLength={300}
          autosize
          minRows={2}
          value={wish.why}
          onChange={(event) => change({ ...wish, why: event.currentTarget.value })}
        />
      )}
    </>
  )
}

import { NativeSelect, TextInput } from '@mantine/core'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { listRoles } from '../../../src/platform/access/users/contract.ts'
import { PlaceFinder } from '../../columns/register/place-finder.tsx'
import { useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './users.module.css'

/** A post as it is being filled in: days as the calendar writes them, empty for today and for no end. */
export type PostDraft = { readonly role: string; readonly place: string; readonly from: string; readonly to: string }

/** A post as the server takes it. */
export const postOf = ({ role, place, from, to }: PostDraft) => ({
  role,
  place,
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
})

type PostFieldsProps = { post: PostDraft; change: (post: PostDraft) => void }

/** Which role, where, and from when to when. Says at once when place and role do not fit together. */
export function PostFields({ post, change }: PostFieldsProps) {
  const say = useTexts()
  const { roleName, levelName } = usePack()
  const roles = useAnswer(listRoles, {}, { staleTime: 300_000 })
  const place = useAnswer(
    showPlace,
    { params: { code: post.place } },
    { enabled: post.place !== '', staleTime: 60_000 },
  )
  const level = roles.data?.roles.find(({ id }) => id === post.role)?.level
  const here = place.data?.code === post.place ? place.data : undefined
  const fits = level === undefined || here === undefined || here.level === level
  return (
    <>
      {roles.error && <ProblemNotice error={roles.error} retry={() => void roles.refetch()} />}
      <NativeSelect
        label={say('userRole')}
        value={post.role}
        onChange={(event) => change({ ...post, role: event.currentTarget.value })}
        data={[
          { value: '', label: say('userChooseRole') },
          ...(roles.data?.roles ?? []).map((role) => ({
            value: role.id,
            label: say('userRoleAt', { role: roleName(role.id), level: levelName(role.level) }),
          })),
        ]}
        required
        withAsterisk={false}
      />
      <fieldset className={classes.fieldset}>
        <legend>{say('userPlace')}</legend>
        <p className={classes.place} aria-live="polite">
          {here ? (
            <>
              <strong>{here.name}</strong> · {levelName(here.level)}
            </>
          ) : (
            <span className={classes.quiet}>{say('userNoPlace')}</span>
          )}
        </p>
        <PlaceFinder onChoose={(code) => change({ ...post, place: code })}>{null}</PlaceFinder>
        {!fits && level !== undefined && (
          <p role="alert" className={classes.quiet}>
            {say('userOtherLevel', { role: roleName(post.role), level: levelName(level) })}
          </p>
        )}
      </fieldset>
      <div className={classes.days}>
        <TextInput
          type="date"
          label={say('userFrom')}
          description={say('userFromHint')}
          value={post.from}
          onChange={(event) => change({ ...post, from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={say('userTo')}
          description={say('userToHint')}
          value={post.to}
          onChange={(event) => change({ ...post, to: event.currentTarget.value })}
        />
      </div>
    </>
  )
}

import { Button } from '@mantine/core'
import { useState } from 'react'
import { addUserPost, endUserPost, listUsers, showUser } from '../../../src/platform/access/users/contract.ts'
import { Theirs } from '../../columns/register/theirs.tsx'
import { type AnswerOf, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import { AddPost } from './AddPost.tsx'
import classes from './users.module.css'

/** The posts of an account within reach; each can be ended, and one more given. */
export function UserPosts({ user }: { user: AnswerOf<typeof showUser> }) {
  const say = useTexts()
  const { day } = useFormat()
  const { roleName, levelName } = usePack()
  const [adding, setAdding] = useState(false)
  const end = useChange(endUserPost, { invalidates: [showUser.id, listUsers.id] })
  const give = useChange(addUserPost, { invalidates: [showUser.id, listUsers.id] })
  const giveBack = ({ role, place, to }: AnswerOf<typeof showUser>['posts'][number]) =>
    give.mutate(
      { params: { account: user.account }, body: { role, place: place.code, ...(to ? { to } : {}) } },
      { onError: toast.problem },
    )
  const mayChange = user.manage !== 'self'
  return (
    <Section title={say('accountPosts')}>
      <ul className={classes.list}>
        {user.posts.map((post) => (
          <li key={post.id}>
            <span data-over={post.ended || undefined}>
              <Theirs>{post.place.name}</Theirs> · {levelName(post.place.level)} · {roleName(post.role)}
              <span className={classes.second}>
                {post.to === null
                  ? say('userSince', { from: day(post.from) })
                  : say('userSpan', { from: day(post.from), to: day(post.to) })}
              </span>
            </span>
            {mayChange && !post.ended && (
              <Button
                variant="default"
                size="compact-sm"
                loading={end.isPending && end.variables.params.post === post.id}
                aria-label={say('userPostEndNamed', { role: roleName(post.role), place: post.place.name })}
                onClick={() =>
                  end.mutate(
                    { params: { account: user.account, post: post.id }, body: {} },
                    {
                      onSuccess: () =>
                        toast.undoable(say('userPostEnded', { place: post.place.name }), say('userPostBack'), () =>
                          giveBack(post),
                        ),
                      onError: toast.problem,
                    },
                  )
                }
              >
                {say('userPostEnd')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {user.elsewhere > 0 && (
        <p className={classes.quiet}>{say('userElsewhere', { n: user.elsewhere, count: user.elsewhere })}</p>
      )}
      {mayChange && (
        <div className={classes.actions}>
          <Button variant="default" onClick={() => setAdding(true)}>
            {say('userPostAdd')}
          </Button>
        </div>
      )}
      {adding && <AddPost account={user.account} name={user.name} close={() => setAdding(false)} />}
    </Section>
  )
}

import { Button, Modal } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { addUserPost, listUsers, showUser } from '../../../src/platform/access/users/contract.ts'
import { useChange } from '../../lib/api.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import { type PostDraft, PostFields, postOf } from './PostFields.tsx'
import classes from './users.module.css'

/** Gives an account one more post. */
export function AddPost({ account, name, close }: { account: number; name: string; close: () => void }) {
  const say = useTexts()
  const add = useChange(addUserPost, { invalidates: [showUser.id, listUsers.id] })
  const [post, setPost] = useState<PostDraft>({ role: '', place: '', from: '', to: '' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      { params: { account }, body: postOf(post) },
      {
        onSuccess: () => {
          toast.done(say('userPostAdded', { name }))
          close()
        },
      },
    )
  }
  return (
    <Modal opened onClose={close} title={say('userPostAdd')} closeButtonProps={{ 'aria-label': say('close') }}>
      <form className={classes.form} onSubmit={submit}>
        <PostFields post={post} change={setPost} />
        {add.error && <ProblemNotice error={add.error} />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={close}>
            {say('cancel')}
          </Button>
          <Button type="submit" loading={add.isPending} disabled={!post.role || !post.place}>
            {say('userPostAddGo')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

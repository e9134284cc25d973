import { Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { addUser, listUsers } from '../../../src/platform/access/users/contract.ts'
import { useChange } from '../../lib/api.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import { HandedPassword } from './HandedPassword.tsx'
import { type PostDraft, PostFields, postOf } from './PostFields.tsx'
import classes from './users.module.css'

/** Makes an account with its first post, and shows the password that goes with it. */
export function AddUser({ place, close }: { place: string; close: () => void }) {
  const say = useTexts()
  const add = useChange(addUser, { invalidates: [listUsers.id] })
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [post, setPost] = useState<PostDraft>({ role: '', place, from: '', to: '' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate({ body: { login: login.trim(), name: name.trim(), ...postOf(post) } })
  }
  return (
    <Modal opened onClose={close} title={say('userAdd')} closeButtonProps={{ 'aria-label': say('close') }}>
      {add.data ? (
        <HandedPassword login={login.trim()} password={add.data.password} done={close} />
      ) : (
        <form className={classes.form} onSubmit={submit} autoComplete="off">
          <TextInput
            label={say('userName')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={60}
            data-autofocus
            required
            withAsterisk={false}
          />
          <TextInput
            label={say('signInName')}
            description={say('userLoginHint')}
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
            maxLength={60}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
          />
          <PostFields post={post} change={setPost} />
          {add.error && <ProblemNotice error={add.error} />}
          <div className={classes.buttons}>
            <Button variant="default" onClick={close}>
              {say('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={!post.role || !post.place}>
              {say('userAddGo')}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}

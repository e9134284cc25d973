import { Button, Checkbox, Menu, Modal, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { listViews, removeView, saveView } from '../../../src/platform/views/contract.ts'
import { type AnswerOf, call, useAnswer } from '../../lib/api.ts'
import { parseSearch, stringifySearch, type UrlState } from '../../lib/url-state.ts'
import dialogForm from '../../ui/DialogForm.module.css'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useWords } from './words.ts'

type View = AnswerOf<typeof listViews>['views'][number]

/** Views kept of a page: opened, kept, removed; and the link to what is seen now. */
export function SavedViews({ page, url }: { page: string; url: UrlState }) {
  const t = useWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [naming, dialog] = useDisclosure(false)
  const [opened, setOpened] = useState(false)
  const { data } = useAnswer(listViews, { query: { page } }, { enabled: opened, staleTime: 10_000 })
  const views = data?.views ?? []
  const groups = [
    { label: t('views.own'), views: views.filter(({ own }) => own) },
    { label: t('views.shared'), views: views.filter(({ own }) => !own) },
  ].filter((group) => group.views.length > 0)
  const remove = async (view: View) => {
    await call(removeView, { params: { view: view.id } })
    await client.invalidateQueries({ queryKey: [listViews.id] })
    toast.done(t('views.removed', { name: view.name }))
  }
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    toast.done(t('views.copied'))
  }
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={300} onOpen={() => setOpened(true)}>
        <Menu.Target>
          <Button variant="default" size="compact-md">
            {t('views.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {groups.map((group) => (
            <div key={group.label} role="presentation">
              <Menu.Label>{group.label}</Menu.Label>
              {group.views.map((view) => (
                <Menu.Item
                  key={view.id}
                  rightSection={view.own ? undefined : view.by}
                  onClick={() => void navigate({ to: page, search: parseSearch(view.query) as never })}
                >
                  {view.name}
                </Menu.Item>
              ))}
            </div>
          ))}
          {data && views.length === 0 && <Menu.Label>{t('views.none')}</Menu.Label>}
          <Menu.Divider />
          <Menu.Item onClick={dialog.open}>{t('views.save')}</Menu.Item>
          <Menu.Item onClick={() => void copy().catch(() => toast.problem(new Error(t('views.no-clipboard'))))}>
            {t('views.copy')}
          </Menu.Item>
          {groups[0]?.views.some(({ own }) => own) && (
            <>
              <Menu.Divider />
              <Menu.Label>{t('views.remove')}</Menu.Label>
              {views
                .filter(({ own }) => own)
                .map((view) => (
                  <Menu.Item key={view.id} onClick={() => void remove(view).catch(toast.problem)}>
                    {t('views.remove-one', { name: view.name })}
                  </Menu.Item>
                ))}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming && <SaveDialog page={page} url={url} close={dialog.close} />}
    </>
  )
}

function SaveDialog({ page, url, close }: { page: string; url: UrlState; close: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const { text, ...kept } = url
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || busy) return
    setBusy(true)
    setError(undefined)
    try {
      await call(saveView, { body: { name: name.trim(), page, query: stringifySearch(kept).slice(1), shared } })
      await client.invalidateQueries({ queryKey: [listViews.id] })
      close()
      toast.done(t('views.saved', { name: name.trim() }))
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={t('views.save')} closeButtonProps={{ 'aria-label': t('tree.close') }}>
      <form onSubmit={submit} className={dialogForm.form} noValidate>
        <TextInput
          label={t('views.name')}
          data-autofocus
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label={t('views.share')}
          description={t('views.share-help')}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        {text && <Note>{t('views.no-text')}</Note>}
        {error !== undefined && <ProblemNotice error={error} />}
        <div className={dialogForm.buttons}>
          <Button variant="default" onClick={close}>
            {t('change.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            {t('views.save-now')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

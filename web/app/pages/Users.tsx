import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { listRoles, listUsers } from '../../../src/platform/access/users/contract.ts'
import { PlaceFinder } from '../../columns/register/place-finder.tsx'
import { PlaceTree } from '../../columns/register/place-tree.tsx'
import { Theirs } from '../../columns/register/theirs.tsx'
import { type AnswerOf, useAnswer, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { ListTable } from '../../ui/ListTable.tsx'
import type { Column } from '../../ui/list.ts'
import { EmptyState } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { SplitPane } from '../../ui/SplitPane.tsx'
import { useTexts } from '../texts/index.ts'
import { AddUser } from '../users/AddUser.tsx'
import { UserState } from '../users/UserState.tsx'
import classes from '../users/users.module.css'

type Users = AnswerOf<typeof listUsers>
type Line = Users['users'][number]
const rowsOf = (page: Users) => page.users
const nextOf = (page: Users) => (page.next === null ? null : { after: page.next })
const states = ['open', 'disabled', 'ended'] as const

/** Who serves at a place and below: the tree of places beside the posts with who holds them. */
export function Users() {
  const say = useTexts()
  const { roleName } = usePack()
  const { session } = useSession()
  const [url, change] = useUrlState()
  const [adding, setAdding] = useState(false)
  const top = session?.post.place
  const current = url.place ?? top?.code ?? ''
  const state = states.find((one) => one === url.state)
  const place = useAnswer(
    showPlace,
    { params: { code: current } },
    { enabled: current !== '', staleTime: 60_000, keepPrevious: true },
  )
  const roles = useAnswer(listRoles, {}, { staleTime: 300_000 })
  const list = usePages(
    listUsers,
    {
      query: {
        ...(url.place ? { place: url.place } : {}),
        ...(url.text ? { text: url.text } : {}),
        ...(url.role ? { role: url.role } : {}),
        ...(state ? { state } : {}),
      },
    },
    { next: nextOf, rowsOf },
  )
  const columns = useUserColumns()
  if (!top) return null
  const choose = (code: string) => change({ place: code === top.code ? undefined : code })
  const here = place.data?.code === current ? place.data : undefined
  const cut = Boolean(url.text || url.role || state)
  return (
    <Page
      title={say('users')}
      subtitle={say('usersSubtitle', { place: here?.name ?? top.name })}
      action={<Button onClick={() => setAdding(true)}>{say('userAdd')}</Button>}
    >
      {adding && <AddUser place={current} close={() => setAdding(false)} />}
      <SplitPane
        sideTitle={say('usersPlaces')}
        sideButton={say('usersPlaceNow', { place: here?.name ?? top.name })}
        chosen={current}
        side={
          <PlaceFinder onChoose={choose}>
            <PlaceTree top={top} current={current} onChoose={choose} counted={false} />
          </PlaceFinder>
        }
      >
        <div className={classes.tools}>
          <UserSearch text={url.text ?? ''} search={(text) => change({ text }, { replace: true })} />
          <NativeSelect
            aria-label={say('userRole')}
            value={url.role ?? ''}
            onChange={(event) => change({ role: event.currentTarget.value })}
            data={[
              { value: '', label: say('usersEveryRole') },
              ...(roles.data?.roles ?? []).map(({ id }) => ({ value: id, label: roleName(id) })),
            ]}
          />
          <NativeSelect
            aria-label={say('userState')}
            value={state ?? ''}
            onChange={(event) => change({ state: event.currentTarget.value })}
            data={[
              { value: '', label: say('usersInPost') },
              { value: 'open', label: say('usersOpen') },
              { value: 'disabled', label: say('usersClosed') },
              { value: 'ended', label: say('usersEnded') },
            ]}
          />
        </div>
        <ListTable
          label={say('users')}
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.post.id}
          rowName={(row) => row.name}
          rowTo={(row) => `/users/${row.account}`}
          more={list.more}
          error={list.error}
          retry={list.retry}
          empty={
            cut ? (
              <EmptyState
                why={say('usersNoMatch')}
                action={
                  <Button
                    variant="default"
                    onClick={() => change({ text: undefined, role: undefined, state: undefined })}
                  >
                    {say('usersDropFilters')}
                  </Button>
                }
              />
            ) : (
              <EmptyState why={say('usersNone', { place: here?.name ?? top.name })}>{say('usersNoneHow')}</EmptyState>
            )
          }
        />
      </SplitPane>
    </Page>
  )
}

function useUserColumns(): readonly Column<Line>[] {
  const say = useTexts()
  const { day } = useFormat()
  const { roleName } = usePack()
  return useMemo(
    () => [
      { id: 'name', title: say('userName'), width: 110, cell: (row) => <Theirs>{row.name}</Theirs> },
      { id: 'login', title: say('accountLogin'), width: 124, cell: (row) => <Theirs>{row.login}</Theirs> },
      { id: 'role', title: say('userRole'), width: 148, card: true, cell: (row) => roleName(row.post.role) },
      {
        id: 'place',
        title: say('userPlace'),
        width: 104,
        card: true,
        cell: (row) => <Theirs>{row.post.place.name}</Theirs>,
      },
      {
        id: 'days',
        title: say('userDays'),
        width: 150,
        cell: (row) =>
          row.post.to === null
            ? say('userSince', { from: day(row.post.from) })
            : say('userSpan', { from: day(row.post.from), to: day(row.post.to) }),
      },
      { id: 'state', title: say('userState'), width: 168, card: true, cell: (row) => <UserState {...row} /> },
    ],
    [say, day, roleName],
  )
}

/** The field for the beginning of a name; asks when typing has stopped. */
function UserSearch({ text, search }: { text: string; search: (text: string) => void }) {
  const say = useTexts()
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed.trim() === text) return
    const timer = setTimeout(() => search(typed.trim()), 300)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <TextInput
      type="search"
      className={classes.search}
      aria-label={say('usersSearch')}
      placeholder={say('usersSearch')}
      value={typed}
      maxLength={60}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setTyped(event.currentTarget.value)}
      rightSection={
        typed !== '' && <CloseButton size="sm" aria-label={say('usersSearchClear')} onClick={() => setTyped('')} />
      }
    />
  )
}

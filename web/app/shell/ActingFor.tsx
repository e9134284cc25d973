import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { usePack } from '../../lib/pack.ts'
import { useChoosePost, useSession } from '../../lib/session.ts'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './shell.module.css'

/** For which place, in which role one acts now; whoever holds several posts changes between them here. */
export function ActingFor() {
  const say = useTexts()
  const { session } = useSession()
  const { roleName } = usePack()
  const choose = useChoosePost()
  const navigate = useNavigate()
  if (!session) return null
  const words = (
    <>
      <span className="fb-hidden">{say('actingFor')} </span>
      <span className={classes.actingPlace}>{session.post.place.name}</span>
      <span className={classes.actingRole}>{roleName(session.post.role)}</span>
    </>
  )
  if (session.posts.length < 2) return <p className={classes.acting}>{words}</p>
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className={classes.acting} data-several>
          {words}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{say('choosePost')}</Menu.Label>
        {session.posts.map((post) => (
          <Menu.Item
            key={post.id}
            disabled={post.id === session.post.id}
            onClick={() => void choose(post.id).then(() => navigate({ to: '/' }), toast.problem)}
          >
            {post.place.name} · {roleName(post.role)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

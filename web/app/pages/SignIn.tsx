import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { inLanguage } from '../../../src/kernel/text.ts'
import { useLanguage } from '../../lib/i18n.ts'
import { useAbout } from '../../lib/pack.ts'
import { asProblem } from '../../lib/problem.ts'
import { useSignIn } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Note, ProblemNotice, SyntheticBanner } from '../../ui/notices.tsx'
import { LanguageSwitch } from '../shell/LanguageSwitch.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './SignIn.module.css'

/** The way in: the form, and on a demo installation the people one may look around as. */
export function SignIn() {
  const say = useTexts()
  const { language } = useLanguage()
  const { data: about } = useAbout()
  const router = useRouter()
  const [{ from, ended }] = useUrlState()
  const enter = useSignIn()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<unknown>()
  /** Present once the password was right and the account has a second factor. */
  const [code, setCode] = useState<string>()
  const title = about ? inLanguage(about.pack.name, language) : say('product')

  useEffect(() => {
    document.title = `${say('signInTitle')} · ${say('product')}`
  }, [say])

  const go = async (name: string, secret: string, second?: string) => {
    setBusy(name)
    setError(undefined)
    try {
      await enter(name, secret, second)
      router.history.replace(ownAddress(from))
    } catch (problem) {
      setBusy(undefined)
      if (asProblem(problem).code !== 'access.code-needed') return setError(problem)
      setLogin(name)
      setPassword(secret)
      setCode('')
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void go(login.trim(), password, code)
  }

  return (
    <div className={classes.page}>
      {about?.synthetic && <SyntheticBanner />}
      <header className={classes.top}>
        <span className={classes.brand}>{say('product')}</span>
        <LanguageSwitch />
      </header>
      <main className={classes.main}>
        <section className={classes.form} aria-labelledby="sign-in-title">
          <p className={classes.pack}>{title}</p>
          <h1 id="sign-in-title">{say('signInTitle')}</h1>
          {ended && !error && <Note tone="soon">{say('wasSignedOut')}</Note>}
          <form onSubmit={submit}>
            {code === undefined ? (
              <>
                <TextInput
                  label={say('signInName')}
                  name="login"
                  autoComplete="username"
                  value={login}
                  onChange={(event) => setLogin(event.currentTarget.value)}
                  required
                  withAsterisk={false}
                />
                <PasswordInput
                  label={say('signInPassword')}
                  name="password"
                  autoComplete="current-password"
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                  required
                  withAsterisk={false}
                  visibilityToggleButtonProps={{ 'aria-label': say('signInShow') }}
                />
              </>
            ) : (
              <TextInput
                label={say('codeLabel')}
                description={say('codeHint')}
                name="code"
                autoComplete="one-time-code"
                inputMode="text"
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
                maxLength={40}
                autoFocus
                required
                withAsterisk={false}
              />
            )}
            {error !== undefined && <ProblemNotice error={error} />}
            <Button
              type="submit"
              loading={busy !== undefined && busy === login.trim()}
              disabled={busy !== undefined}
              fullWidth
            >
              {say('signIn')}
            </Button>
            {code !== undefined && (
              <Button
                variant="subtle"
                fullWidth
                onClick={() => {
                  setCode(undefined)
                  setPassword('')
                  setError(undefined)
                }}
              >
                {say('signInOther')}
              </Button>
            )}
            <p className="fb-hidden" role="status">
              {busy !== undefined && say('signingIn')}
            </p>
          </form>
          {about && <p className={classes.version}>{say('version', { version: about.version })}</p>}
        </section>
        {about?.demo && (
          <section className={classes.demo} aria-labelledby="demo-title">
            <h2 id="demo-title">{say('demoTitle')}</h2>
            <p>{say('demoHint')}</p>
            <ul>
              {about.demo.accounts.map((person) => {
                const role = inLanguage(person.role, language)
                return (
                  <li key={person.login}>
                    <button
                      type="button"
                      disabled={busy !== undefined}
                      onClick={() => void go(person.login, about.demo!.password)}
                    >
                      <span className="fb-hidden">{say('demoEnter')} </span>
                      <span className={classes.name}>{person.name}</span>
                      <span>{role}</span>
                      <span className={classes.place}>{person.place}</span>
                    </button>
                  </li>
                )
              })}
            </ul>
          </section>
        )}
      </main>
    </div>
  )
}

/** The address to go on to, if it is one of ours: a link with a foreign one must not lead away. */
function ownAddress(from: string | undefined): string {
  if (!from?.startsWith('/') || from.startsWith('/sign-in')) return '/'
  const target = new URL(from, location.origin)
  return target.origin === location.origin ? `${target.pathname}${target.search}${target.hash}` : '/'
}

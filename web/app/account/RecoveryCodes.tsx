import { Button } from '@mantine/core'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import factor from './factor.module.css'

/** Codes that are shown this once; stays until the person says that they are kept. */
export function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const say = useTexts()
  const copy = () =>
    navigator.clipboard.writeText(codes.join('\n')).then(() => toast.done(say('factorCopied')), toast.problem)
  return (
    <div className={factor.step}>
      <p role="status">{say('factorRecovery')}</p>
      <ul className={factor.codes} aria-label={say('factorRecoveryList')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button onClick={done}>{say('factorKept')}</Button>
        {/* Only where the page came by HTTPS, or from this machine. */}
        {window.isSecureContext && (
          <Button variant="default" onClick={() => void copy()}>
            {say('factorCopy')}
          </Button>
        )}
      </div>
    </div>
  )
}

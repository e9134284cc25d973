import { useTexts } from '../texts/index.ts'
import classes from './plain.module.css'

/** A page whose code is on its way. */
export function PageLoading() {
  const say = useTexts()
  return (
    <p className={classes.loading} role="status">
      {say('loadingPage')}
    </p>
  )
}

/** Tells password managers whose password it is; people neither see nor hear it. */
export function LoginField({ login }: { login: string }) {
  return (
    <input className="fb-hidden" type="text" autoComplete="username" value={login} readOnly tabIndex={-1} aria-hidden />
  )
}

import { Link } from '@tanstack/react-router'
import classes from './place-path.module.css'
import { Theirs } from './theirs.tsx'

type Place = { readonly code: string; readonly name: string }

/** Where a place lies, from the top down; every name leads to the register of that place. */
export function PlacePath({
  above,
  here,
  linkHere = false,
}: {
  above: readonly Place[]
  here: Place
  linkHere?: boolean
}) {
  return (
    <span className={classes.path}>
      {above.map((place) => (
        <span key={place.code}>
          <RegisterLink place={place} />
          <span aria-hidden="true"> › </span>
        </span>
      ))}
      {linkHere ? <RegisterLink place={here} /> : <Theirs>{here.name}</Theirs>}
    </span>
  )
}

function RegisterLink({ place }: { place: Place }) {
  return (
    <Link to={'/register' as string} search={{ place: place.code } as never}>
      <Theirs>{place.name}</Theirs>
    </Link>
  )
}

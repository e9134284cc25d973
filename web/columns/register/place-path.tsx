import { Link } from '@tanstack/react-router'
import classes from './place-path.module.css'
import { Theirs } from './theirs.tsx'

type Place = { readonly code: string; readonly name: string }

/** Where a place lies, from the top down; every name leads to the register of that place, or to another page of it. */
export function PlacePath({
  above,
  here,
  linkHere = false,
  to = '/register',
}: {
  above: readonly Place[]
  here: Place
  linkHere?: boolean
  to?: '/register' | '/places'
}) {
  return (
    <span className={classes.path}>
      {above.map((place) => (
        <span key={place.code}>
          <PlaceLink place={place} to={to} />
          <span aria-hidden="true"> › </span>
        </span>
      ))}
      {linkHere ? <PlaceLink place={here} to={to} /> : <Theirs>{here.name}</Theirs>}
    </span>
  )
}

function PlaceLink({ place, to }: { place: Place; to: string }) {
  return (
    <Link to={to} search={{ place: place.code } as never}>
      <Theirs>{place.name}</Theirs>
    </Link>
  )
}

import { Link } from '@tanstack/react-router'
import classes from './place-path.module.css'
import { Theirs } from './theirs.tsx'

type Place = { readonly code: string; readonly name: string }

/** Where a place lies, from the top down; every name leads to the register of that place, or to its page at `to`. */
export function PlacePath({
  above,
  here,
  linkHere = false,
  to = '/register',
  search = {},
}: {
  above: readonly Place[]
  here: Place
  linkHere?: boolean
  to?: string
  /** What the address keeps besides the place. */
  search?: Readonly<Record<string, string | undefined>>
}) {
  const link = (place: Place) => (
    <Link to={to} search={{ ...search, place: place.code } as never}>
      <Theirs>{place.name}</Theirs>
    </Link>
  )
  return (
    <span className={classes.path}>
      {above.map((place) => (
        <span key={place.code}>
          {link(place)}
          <span aria-hidden="true"> › </span>
        </span>
      ))}
      {linkHere ? link(here) : <Theirs>{here.name}</Theirs>}
    </span>
  )
}

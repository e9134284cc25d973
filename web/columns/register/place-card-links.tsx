import { Link } from '@tanstack/react-router'
import { usePack } from '../../lib/pack.ts'

type Place = { readonly code: string; readonly level: number }

/** The cards that a place has: one link for each form that is filled for its level. */
export function PlaceCardLinks({ place, apart }: { place: Place; apart: boolean }) {
  const { pack, say } = usePack()
  const forms = pack.forms.filter(({ level }) => level === place.level)
  return forms.map(({ id, title }, at) => (
    <span key={id}>
      {(apart || at > 0) && ' · '}
      <Link to={`/places/${place.code}/card/${id}` as string}>{say(title)}</Link>
    </span>
  ))
}

import type { ReactNode } from 'react'

export type IconName =
  | 'home'
  | 'register'
  | 'places'
  | 'map'
  | 'periods'
  | 'imports'
  | 'jobs'
  | 'users'
  | 'dictionary'
  | 'reference'
  | 'search'
  | 'more'

/** Few and plain line drawings of 20 by 20; always beside a word. */
const drawings: Readonly<Record<IconName, ReactNode>> = {
  home: <path d="M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5" />,
  register: <path d="M4 3h12v14H4zM7 7h6M7 10h6M7 13h4" />,
  places: <path d="M10 17s5-4.6 5-8.5a5 5 0 0 0-10 0C5 12.4 10 17 10 17zm0-10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z" />,
  map: <path d="m3 5 5-2 4 2 5-2v12l-5 2-4-2-5 2zM8 3v12m4-10v12" />,
  periods: <path d="M3 5h14v12H3zM3 9h14M7 3v4m6-4v4m-6 6 2 2 4-4" />,
  imports: <path d="M10 3v9m-3.5-3.5L10 12l3.5-3.5M4 13v4h12v-4" />,
  jobs: <path d="M10 3a7 7 0 1 0 7 7M10 6v4l3 2" />,
  users: (
    <path d="M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.5-4.5 5.5-4.5S13 14 13 17M13 4.5a2.8 2.8 0 0 1 0 5.2M15 12.8c1.9.6 3 2 3 4.200" />
  ),
  dictionary: <path d="M4 4h5a2 2 0 0 1 1 1v12a2 2 0 0 0-1-1H4zM16 4h-5a2 2 0 0 0-1 1v12a2 2 0 0 1 1-1h5z" />,
  reference: <path d="m7 6-4 4 4 4m6-8 4 4-4 4" />,
  search: <path d="M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zm3.7 8.7L17 17" />,
  more: <path d="M3 6h14M3 10h14M3 14h14" />,
}

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  )
}

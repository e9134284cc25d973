import { Notifications } from '@mantine/notifications'

/** Where toasts appear. A file of its own, so that its code comes after the page. */
export function Toaster() {
  return <Notifications position="bottom-right" limit={4} />
}

import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '../ui/theme.css'
import 'virtual:first-font.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { wire } from '../lib/wire.ts'
import { resolver, theme } from '../ui/theme.ts'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'

// The list of the font's pieces is as large as all other styles together: the page stands first, in the characters
// of its own texts; the pieces with all others follow.
void import('../ui/fonts.ts')

const Toaster = lazy(() => import('../ui/Toaster.tsx').then((module) => ({ default: module.Toaster })))

const schemes = localStorageColorSchemeManager({ key: 'fourbeams.scheme' })

wire.signedOut = () => {
  const { href, pathname } = router.state.location
  if (pathname === '/sign-in') return
  void router.navigate({ to: '/sign-in', search: { from: href, ended: '1' } as never, replace: true })
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
    >
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={null}>
          <Toaster />
        </Suspense>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { parseSearch, stringifySearch } from '../lib/url-state.ts'
import { Failed } from './pages/Failed.tsx'
import { NotFound } from './pages/NotFound.tsx'
import { PageLoading } from './pages/PageLoading.tsx'
import { SignIn } from './pages/SignIn.tsx'
import { Shell } from './shell/Shell.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignIn })

/** Everything behind the sign-in stands in the shell. */
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

const register = () => import('../columns/register/index.ts')

const inShell = [
  createRoute({
    getParentRoute: () => shell,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/Home.tsx'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/register',
    component: lazyRouteComponent(register, 'RegisterPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/register/$household',
    component: lazyRouteComponent(register, 'HouseholdPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/places',
    component: lazyRouteComponent(register, 'PlacesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/map',
    component: lazyRouteComponent(register, 'MapPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/register/$household/update/$period',
    component: lazyRouteComponent(register, 'HouseholdUpdatePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/periods',
    component: lazyRouteComponent(register, 'PeriodsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/periods/$period',
    component: lazyRouteComponent(register, 'PeriodPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/places/$code/card/$form',
    component: lazyRouteComponent(register, 'PlaceCardPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/places/$code/card/$form/update/$period',
    component: lazyRouteComponent(register, 'PlaceCardUpdatePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/imports',
    component: lazyRouteComponent(register, 'ImportsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/imports/$import',
    component: lazyRouteComponent(register, 'ImportPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/jobs',
    component: lazyRouteComponent(() => import('./pages/Jobs.tsx'), 'Jobs'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/users',
    component: lazyRouteComponent(() => import('./pages/Users.tsx'), 'Users'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/users/$account',
    component: lazyRouteComponent(() => import('./pages/User.tsx'), 'User'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/dictionary',
    component: lazyRouteComponent(() => import('./pages/Dictionary.tsx'), 'Dictionary'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/reference',
    component: lazyRouteComponent(() => import('./pages/Reference.tsx'), 'Reference'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/account',
    component: lazyRouteComponent(() => import('./pages/Account.tsx'), 'Account'),
  }),
  createRoute({ getParentRoute: () => shell, path: '$', component: NotFound }),
]

export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren(inShell)]),
  parseSearch,
  stringifySearch,
  // A page's code comes while the hand is on its way to the link; its data when the page asks.
  defaultPreload: 'intent',
  defaultPendingComponent: PageLoading,
  defaultPendingMs: 300,
  defaultErrorComponent: Failed,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

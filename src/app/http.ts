import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { MAX_UPLOAD } from '../beams/register/index.ts'
import { factorRoutes } from '../platform/access/factor-routes.ts'
import { ownAccountRoutes } from '../platform/access/own-account.ts'
import { accessRoutes } from '../platform/access/routes.ts'
import { userRoutes } from '../platform/access/users/routes.ts'
import type { Contract } from '../platform/http/contract.ts'
import type { Route } from '../platform/http/handler.ts'
import { openApi } from '../platform/http/openapi.ts'
import { buildServer } from '../platform/http/server.ts'
import { jobRoutes } from '../platform/jobs/routes.ts'
import { viewRoutes } from '../platform/views/routes.ts'
import { serveCheckPage } from './check-page.ts'
import { type House, root, version } from './open.ts'

export type HttpOptions = {
  readonly secure?: boolean
  readonly requestsPerMinute?: number
  /** Folder of the built web app; none for a server without pages. */
  readonly web?: string
}

/** Every route of the house. */
export function allRoutes(house: House): Route[] {
  return [
    ...accessRoutes(house.sessions, house.pack.utcOffset),
    ...ownAccountRoutes(house.sessions),
    ...factorRoutes(house.sessions, house.vault),
    ...userRoutes(house.users),
    ...viewRoutes(house.register),
    ...jobRoutes(house.jobs),
    ...house.register.routes,
  ]
}

/** The contracts of every route, for documentation and tests. */
export function allContracts(house: House): Contract[] {
  return allRoutes(house).map((route) => route.contract)
}

/** The HTTP application of an open house: API, its description, and the pages. */
export async function buildHttp(house: House, options: HttpOptions = {}): Promise<FastifyInstance> {
  const routes = allRoutes(house)
  const requestsPerMinute = options.requestsPerMinute ?? 3_000
  const app = await buildServer({
    db: house.db,
    sessions: house.sessions,
    chainOf: house.register.chainOf,
    routes,
    now: house.settings.now,
    defaultLanguage: house.pack.languages[0]!,
    secure: options.secure ?? false,
    maxUploadBytes: MAX_UPLOAD,
    requestsPerMinute,
    report: (reference, error) =>
      house.settings.log(`${reference}: ${error instanceof Error ? error.stack : String(error)}`),
  })
  const document = openApi(
    routes.map((route) => route.contract),
    { title: 'Fourbeams', version },
  )
  app.get('/api/openapi.json', async () => document)
  serveCheckPage(app, house, Math.ceil(requestsPerMinute / 20))
  const web = options.web ?? join(root, 'web', 'dist')
  if (existsSync(join(web, 'index.html'))) await servePages(app, web)
  return app
}

/** The built pages. Every address that is neither a file nor of the API is a page of the app. */
async function servePages(app: FastifyInstance, web: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: web,
    wildcard: false,
    cacheControl: false,
    // The build leaves packed copies beside its files.
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Built files carry their content in their name; the page that names them does not.
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/*', async (request, reply) => {
    if (request.url.startsWith('/api/') || request.url.startsWith('/assets/')) return reply.callNotFound()
    return reply.sendFile('index.html')
  })
}

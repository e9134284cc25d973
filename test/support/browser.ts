import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import { buildHttp } from '../../src/app/http.ts'
import { root } from '../../src/app/open.ts'
import { launchBrowser } from './chromium.ts'
import type { Person, TestHouse } from './house.ts'

/** Longest wait for one thing, in milliseconds, on a machine that is busy with other tests. */
const PATIENCE = 15_000

export type Scheme = 'light' | 'dark'
export type Look = { language: 'zh-CN' | 'en'; scheme: Scheme; width: number; height?: number }

/** A house as browsers see it: its pages and its API on a free port, with one browser for the test file. */
export type Stage = {
  readonly address: string
  readonly browser: Browser
  /** A window of its own (cookies, storage). `as` is signed in already; without it nobody is. */
  open(look: Look, as?: Person, more?: BrowserContextOptions): Promise<Window>
  close(): Promise<void>
}

export type Window = {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong in the window so far: refused by the content policy, failed requests, errors of scripts. */
  readonly troubles: string[]
  go(path: string): Promise<void>
}

/** Serves a house with the built pages. Close it before the house. */
export async function openStage(house: TestHouse): Promise<Stage> {
  const http = await buildHttp(house, { requestsPerMinute: 1_000_000, web: join(root, 'web', 'dist') })
  await http.listen({ host: '127.0.0.1', port: 0 })
  const address = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`
  const browser = await launchBrowser()
  return {
    address,
    browser,
    async open({ language, scheme, width, height = 900 }, as, more) {
      const context = await browser.newContext({
        viewport: { width, height },
        locale: language,
        colorScheme: scheme,
        reducedMotion: 'reduce',
        baseURL: address,
        ...more,
      })
      context.setDefaultTimeout(PATIENCE)
      await context.addInitScript(`localStorage.setItem('fourbeams.language', '${language}')`)
      if (as) {
        const [name, value] = as.cookie.split('=') as [string, string]
        await context.addCookies([{ name, value, url: address }])
      }
      const page = await context.newPage()
      const troubles = watch(page)
      const go = async (path: string) => {
        await page.goto(path)
        await settled(page)
      }
      return { context, page, troubles, go }
    },
    async close() {
      await browser.close()
      await http.close()
    },
  }
}

const underWay = new WeakMap<Page, Set<Request>>()

const STILL = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(
  () => !document.querySelector('[aria-busy="true"]') && document.fonts.status === 'loaded',
)`

/** Waits until a page has its heading, asks for nothing and loads nothing, and its font has come. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' })
  for (const until = Date.now() + PATIENCE; ; ) {
    // What an answer leads to is asked for once the page has drawn it.
    const still = await page.evaluate<boolean>(STILL)
    const open = [...underWay.get(page)!]
    if (still && open.length === 0) return
    if (Date.now() > until) throw new Error(`still waiting for ${open.map((request) => request.url()).join(', ')}`)
  }
}

/** Collects what a person would never see and a developer should. */
function watch(page: Page): string[] {
  const troubles: string[] = []
  const open = new Set<Request>()
  underWay.set(page, open)
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  const at = () => new URL(page.url()).pathname
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    // Told with its address by the response below.
    if (message.text().startsWith('Failed to load resource')) return
    troubles.push(`${at()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => troubles.push(`${at()}: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) => {
    // A page that is left no longer waits for what it asked.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return
    troubles.push(`${at()}: ${request.url()} ${request.failure()?.errorText}`)
  })
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    // Whether somebody is signed in is a question, and no is an answer.
    if (pathname === '/api/session' && response.status() === 401) return
    if (response.status() >= 400) troubles.push(`${at()}: ${response.status()} ${pathname}`)
  })
  return troubles
}

import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import chromium, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { root } from '../../src/app/open.ts'

const brought = join(root, 'node_modules', '@sparticuz', 'chromium')

/**
 * Starts the browser that npm brought. No download; as root and as an ordinary user; on a machine that lacks the
 * libraries it needs, with those that come along.
 */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpacked()
  const launch = (libraries?: string) =>
    playwright.launch({
      executablePath: join(folder, 'chromium'),
      // Nothing but our own pages is opened, and root may not use the sandbox.
      args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
      ...(libraries ? { env: { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string> } : {}),
    })
  try {
    return await launch()
  } catch (error) {
    if (!String(error).includes('shared libraries')) throw error
    return launch(join(folder, 'al2023', 'lib'))
  }
}

/**
 * The package unpacks into a folder of everybody, where a second process would see a half-written program and another
 * user may not run it. Ours belongs to this user and this version, and appears whole.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(brought, 'package.json'), 'utf8')) as { version: string }
  const folder = join(tmpdir(), `fourbeams-browser-${userInfo().username}-${version}`)
  if (existsSync(folder)) return folder
  const making = mkdtempSync(`${folder}-`)
  const before = process.env.TMPDIR
  try {
    process.env.TMPDIR = making
    await chromium.executablePath()
    await inflate(join(brought, 'bin', 'al2023.tar.br'))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  try {
    renameSync(making, folder)
  } catch (error) {
    // Somebody else was faster; theirs is as good.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

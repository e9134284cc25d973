import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './files.ts'

/** Most script that a browser loads before the first page stands, in bytes after gzip. */
const most = 250_000
const folder = mkdtempSync(join(tmpdir(), 'fourbeams-pages-'))
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

describe('the built pages', () => {
  beforeAll(() => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    const words = ['build', '--config', join(root, 'web', 'vite.config.ts'), '--outDir', folder, '--emptyOutDir']
    execFileSync(process.execPath, [vite, ...words, '--logLevel', 'error'], { stdio: 'pipe' })
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('load little script at first, and keep the rest for later', () => {
    const first = [...read('index.html').matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file!)
    const bytes = first.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
    expect(first.length).toBeGreaterThan(0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThanOrEqual(most)
    const scripts = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(first.length)
  })

  it('lie packed beside themselves, so that they are sent as small as they were counted', () => {
    const large = readdirSync(join(folder, 'assets')).filter(
      (name) => /\.(js|css)$/.test(name) && read(join('assets', name)).length > 5_000,
    )
    expect(large.length).toBeGreaterThan(5)
    for (const name of large) {
      const whole = readFileSync(join(folder, 'assets', name))
      expect(gunzipSync(readFileSync(join(folder, 'assets', `${name}.gz`))).equals(whole), name).toBe(true)
      expect(brotliDecompressSync(readFileSync(join(folder, 'assets', `${name}.br`))).equals(whole), name).toBe(true)
    }
  })

  it('need nothing that a strict content security policy forbids', () => {
    const page = read('index.html')
    expect(page.match(/<script(?![^>]*\bsrc=)/g) ?? []).toEqual([])
    expect(page.match(/\son\w+=/g) ?? []).toEqual([])
    expect(page.match(/(?:src|href)="https?:/g) ?? []).toEqual([])
    const styles = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.css'))
    expect(styles.length).toBeGreaterThan(0)
    expect(styles.filter((name) => /url\(["']?(data|https?):/.test(read(join('assets', name))))).toEqual([])
  })

  it('bring the font of both scripts in pieces, each as woff2 only', () => {
    const names = readdirSync(join(folder, 'assets'))
    const weights = [400, 600].map((weight) => names.filter((name) => name.includes(`-${weight}-normal`)))
    for (const pieces of weights) expect(pieces.length).toBeGreaterThan(90)
    expect(names.filter((name) => name.endsWith('.woff'))).toEqual([])
  })
})

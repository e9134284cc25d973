import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { firstFont } from './first-font.config.ts'

/**
 * The font's style sheets name every piece twice, as woff2 and as woff. Every browser that can run this app reads
 * woff2: without the other half the style sheet and the built folder are half as large.
 */
const woff2Only: Plugin = {
  name: 'woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!/@fontsource\/.+\.css/.test(id)) return null
    return { code: code.replace(/, url\([^)]+\.woff\) format\('woff'\)/g, ''), map: null }
  },
}

/**
 * Writes each script and style sheet a second and third time, packed: the server hands them over as they are, and a
 * village line carries a quarter. Brotli goes to browsers that reach us by HTTPS, gzip to all.
 */
const packed: Plugin = {
  name: 'packed',
  apply: 'build',
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(m?js|css|html|svg)$/.test(file))) {
      const path = join(dir!, name)
      const content = readFileSync(path)
      if (content.length < 1024) continue
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
      writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    }
  },
}

// What is built is what people use, whatever the shell that starts the build calls its environment.
process.env.NODE_ENV = process.argv.includes('build') ? 'production' : (process.env.NODE_ENV ?? 'development')

export default defineConfig({
  root: import.meta.dirname,
  plugins: [firstFont, woff2Only, packed, react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy lets fonts and pictures come from our own address only, so nothing may turn into data:.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: process.env.FOURBEAMS_API ?? 'http://127.0.0.1:4000', changeOrigin: false } },
  },
})

import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

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

// What is built is what people use, whatever the shell that starts the build calls its environment.
process.env.NODE_ENV = process.argv.includes('build') ? 'production' : (process.env.NODE_ENV ?? 'development')

export default defineConfig({
  root: import.meta.dirname,
  plugins: [woff2Only, react()],
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

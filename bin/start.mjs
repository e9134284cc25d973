#!/usr/bin/env node
// npm start: the server with everything it needs.
import { main } from './runtime.mjs'

await main('src/cli/main.ts', ['serve', ...process.argv.slice(2)])

#!/usr/bin/env node
// The command line: npx fourbeams …
import { main } from './runtime.mjs'

await main('src/cli/main.ts', process.argv.slice(2))

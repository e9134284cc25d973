#!/usr/bin/env node
// npm run bench -- NAME
import { main } from './runtime.mjs'

await main('bench/main.ts', process.argv.slice(2))

#!/usr/bin/env node
// npm test
import { main } from './runtime.mjs'

await main('test/run.ts', process.argv.slice(2))

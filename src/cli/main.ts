import { runCommand } from './program.ts'

const code = await runCommand(process.argv.slice(2))
if (code !== undefined) process.exitCode = code

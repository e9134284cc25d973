import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type InChild<T> = { result: T; seconds: number; peakMiB: number }

/**
 * Runs an exported async function of a module in a process of its own, so that its peak of memory is its own and
 * nothing it leaves behind slows the next. Arguments and result travel as JSON.
 */
export async function inChild<T>(module: URL, task: string, args: readonly unknown[]): Promise<InChild<T>> {
  const words = [fileURLToPath(import.meta.url), module.href, task, JSON.stringify(args)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let answer = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (code !== 0) throw new Error(`${task} ended with ${code}.`)
  return JSON.parse(answer) as InChild<T>
}

/** The highest amount of memory that this process ever held, in MiB. */
function peakMiB(): number {
  // `maxRSS` also counts the moment before the process became this program, when it was a copy of its parent.
  if (process.platform === 'linux') {
    const held = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (held) return Number(held[1]) / 1024
  }
  return process.resourceUsage().maxRSS / 1024
}

/** Does in this process what the words of its call say, and answers on stdout. */
async function answerCall(): Promise<void> {
  const [module = '', task = '', args = '[]'] = process.argv.slice(2)
  const tasks = (await import(module)) as Record<string, (...args: unknown[]) => Promise<unknown>>
  const start = performance.now()
  const result = await tasks[task]!(...(JSON.parse(args) as unknown[]))
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(JSON.stringify({ result, seconds, peakMiB: peakMiB() }))
}

// Not awaited here: a task that needs a child of its own imports this very file, and would wait for it for ever.
if (import.meta.main) void answerCall()

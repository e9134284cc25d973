import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { type House, openHouse, settingsFromEnvironment } from '../app/open.ts'
import { PlaceFaults } from '../beams/register/index.ts'
import { Problem } from '../kernel/problem.ts'

/** How a command ends: 0 done, 1 refused or rows with errors, 2 wrong call. */
export const exit = { done: 0, refused: 1, wrongCall: 2 } as const

export type Output = {
  /** Whether the caller wants one JSON document on standard output instead of text. */
  readonly json: boolean
  /** A line for people; nothing with --json. */
  say(line: string): void
  /** The result: printed as JSON with --json. */
  result(value: unknown): void
  /** A bar on standard error that tells how far long work is; without a total, a count. Nothing outside a terminal. */
  progress(what: string, done?: number, total?: number): void
}

/** What a command prints where. Results on standard output, everything else on standard error. */
export function outputOf(command: Command): Output {
  const json = command.optsWithGlobals().json === true
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{what} [{bar}] {value} / {total}',
    clearOnComplete: true,
    hideCursor: true,
  })
  let shown = false
  const hide = () => {
    if (shown) bar.stop()
    shown = false
  }
  return {
    json,
    say: (line) => {
      hide()
      if (!json) process.stdout.write(`${line}\n`)
    },
    result: (value) => {
      hide()
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
    progress: (what, done = 0, total = 0) => {
      if (!process.stderr.isTTY) return
      if (!shown) bar.start(Math.max(total, done), done, { what })
      shown = true
      bar.setTotal(Math.max(total, done))
      bar.update(done, { what })
    },
  }
}

/** Runs a command on an open house and closes it, whatever happens. Problems become a sentence and an exit code. */
export async function withHouse(
  command: Command,
  work: (house: House, output: Output) => Promise<number | undefined>,
  options: Parameters<typeof openHouse>[1] = {},
): Promise<void> {
  const output = outputOf(command)
  await guarded(output, async () => {
    const house = await openHouse(
      settingsFromEnvironment((line) => process.stderr.write(`${line}\n`)),
      options,
    )
    try {
      return await work(house, output)
    } finally {
      await house.close()
    }
  })
}

/** Runs work and sets the exit code; a Problem is told as a sentence, with --json as its code and values. */
export async function guarded(output: Output, work: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await work()) ?? exit.done
  } catch (error) {
    process.exitCode = exit.refused
    const told = problemsIn(error) ?? [unforeseen(error)]
    for (const problem of told) process.stderr.write(`${problem.message} [${problem.code}]\n`)
    output.result({ problems: told.map(({ code, values, message }) => ({ code, title: message, values })) })
  }
}

/** An error of the program itself: all of it on standard error, for whoever mends it. */
function unforeseen(error: unknown): Problem {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return new Problem('server.failed', { reference: 'above' })
}

function problemsIn(error: unknown): Problem[] | undefined {
  if (error instanceof PlaceFaults) return [...error.problems]
  return error instanceof Problem ? [error] : undefined
}

import { Worker } from 'node:worker_threads'
import { Problem } from '../../../kernel/problem.ts'

/** What the thread is given and gives back. */
export type PressOrder = { readonly id: number; readonly content: string; readonly tagged: boolean }
export type PressAnswer = { readonly id: number; readonly pdf?: Uint8Array; readonly fault?: string }

type Waiting = { resolve(pdf: Buffer): void; reject(error: Error): void }

const waiting = new Map<number, Waiting>()
let thread: Worker | undefined
let orders = 0

/**
 * Sets the content of `card.typ` as a PDF, in a thread of its own: setting a village takes seconds in which the server
 * must answer others. The thread starts with the first order, keeps its fonts, and ends with the process.
 * @param content what the template reads, as by `composeCards`
 * @param tagged with the structure that screen readers follow; it makes the file five times as large
 * Throws `print.failed`.
 */
export function setPages(content: object, tagged: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    thread ??= startThread()
    const id = ++orders
    waiting.set(id, { resolve, reject })
    thread.ref()
    thread.postMessage({ id, content: JSON.stringify(content), tagged } satisfies PressOrder)
  })
}

function startThread(): Worker {
  const worker = new Worker(new URL('./press-thread.ts', import.meta.url))
  worker.on('message', ({ id, pdf, fault }: PressAnswer) => {
    const order = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) worker.unref()
    if (pdf) order?.resolve(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength))
    else order?.reject(new Problem('print.failed', { detail: fault ?? '' }))
  })
  const ended = (detail: string) => {
    if (thread === worker) thread = undefined
    for (const order of waiting.values()) order.reject(new Problem('print.failed', { detail }))
    waiting.clear()
  }
  worker.on('error', (error) => ended(error instanceof Error ? error.message : String(error)))
  worker.on('exit', (code) => ended(`exit ${code}`))
  return worker
}

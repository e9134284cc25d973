import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { loadFonts } from './fonts.ts'
import type { PressAnswer, PressOrder } from './press.ts'

/** How many pages set before stay remembered: words and forms repeat from card to card, families do not. */
const REMEMBERED = 4

const template = readFileSync(new URL('./card.typ', import.meta.url), 'utf8')
const compiler = NodeCompiler.create({ workspace: tmpdir(), fontArgs: [{ fontBlobs: loadFonts() }] })

parentPort!.on('message', (order: PressOrder) => parentPort!.postMessage(answer(order)))

function answer({ id, content, tagged }: PressOrder): PressAnswer {
  try {
    const result = compiler.compile({ mainFileContent: template, inputs: { content }, resetRead: true })
    if (!result.result) {
      const fault = result.takeDiagnostics()
      return { id, fault: JSON.stringify(fault?.shortDiagnostics ?? 'no page') }
    }
    return { id, pdf: compiler.pdf(result.result, { pdfTags: tagged }) }
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : String(error) }
  } finally {
    compiler.evictCache(REMEMBERED)
  }
}

import { uploadImport } from '../../../src/beams/register/intake/contract.ts'
import { type AnswerOf, addressOf } from '../../lib/api.ts'
import { problemOf, unreachable } from '../../lib/problem.ts'
import { wire } from '../../lib/wire.ts'

/** Largest spreadsheet that is taken, in bytes. */
export const largestFile = 256 * 1024 * 1024

/**
 * Uploads a spreadsheet and tells how many bytes went out. By XMLHttpRequest, because `fetch` says nothing until all
 * of a large file has left. Throws an `ApiProblem` for every refusal.
 */
export function uploadFile(
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<AnswerOf<typeof uploadImport>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(uploadImport.method, addressOf(uploadImport, {}))
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('x-language', wire.language)
    if (wire.pageToken) request.setRequestHeader('x-page-token', wire.pageToken)
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, file.size))
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(signal.reason)
    request.onload = () => {
      if (request.status === 200) {
        resolve(JSON.parse(request.responseText) as AnswerOf<typeof uploadImport>)
        return
      }
      if (request.status === 401) wire.signedOut()
      // A status below 200 never reaches here, and a body belongs to every refusal of ours.
      void problemOf(new Response(request.responseText, { status: Math.max(request.status, 400) })).then(reject)
    }
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
}

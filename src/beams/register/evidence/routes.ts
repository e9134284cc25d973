import { removeFile } from '../../../platform/files/store.ts'
import { fulfil, fulfilAfter, type Route } from '../../../platform/http/handler.ts'
import type { RegisterParts } from '../parts.ts'
import { addEvidenceTo, openEvidenceOf } from './add-evidence.ts'
import { addEvidence, evidenceTypes, openEvidence } from './contract.ts'
import { openPaper, takePaper } from './paper.ts'

export function evidenceRoutes(parts: RegisterParts): Route[] {
  return [
    fulfilAfter(
      addEvidence,
      ({ upload }) => takePaper(parts, upload!),
      async ({ tx, caller, now, audit }, { params, before: paper }) => {
        const actor = { accountId: caller.accountId, postId: caller.postId, at: now }
        const { evidence, fresh } = await addEvidenceTo(tx, params, paper, actor, audit).catch(async (error) => {
          // Encrypted anew each time, so nobody else refers to it.
          await removeFile(parts.home, paper.storedAs)
          throw error
        })
        if (!fresh) await removeFile(parts.home, paper.storedAs)
        const { no, fileName, kind, bytes } = evidence
        return { no, fileName, kind, bytes }
      },
    ),

    fulfil(openEvidence, async ({ tx, audit }, { params }) => {
      const found = await openEvidenceOf(tx, params, audit)
      return { fileName: found.fileName, type: evidenceTypes[found.kind], content: await openPaper(parts, found) }
    }),
  ]
}

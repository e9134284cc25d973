import { z } from 'zod'
import { route } from '../../../platform/http/contract.ts'

const household = z.coerce.number().int().positive()
/** An order within a household: as much as the database counts. */
const ordinal = z.coerce.number().int().positive().max(2_147_483_647)

/** Largest paper that is taken, in bytes: a photo of a telephone, or some scanned pages. */
export const largestEvidence = 10 * 1024 * 1024

/** Kinds of papers, as the beginning of the file says, and what they are sent as. */
export const evidenceTypes = { pdf: 'application/pdf', jpeg: 'image/jpeg', png: 'image/png' } as const

/** A paper as the history lists it. */
export const listedEvidence = z.object({
  no: z.number(),
  fileName: z.string(),
  kind: z.enum(['pdf', 'jpeg', 'png']),
  bytes: z.number(),
})

export const addEvidence = route({
  id: 'household.add-evidence',
  method: 'POST',
  path: '/api/households/:household/changes/:action/evidence',
  summary: 'Adds a paper (PDF, JPEG or PNG) to a recorded change; kept encrypted',
  right: 'household.change',
  transfer: 'upload',
  params: z.object({ household, action: ordinal }),
  answer: listedEvidence,
})

export const openEvidence = route({
  id: 'household.open-evidence',
  method: 'GET',
  path: '/api/households/:household/evidence/:evidence',
  summary: 'A paper of a change as it was sent; recorded in the audit',
  right: 'household.change',
  transfer: 'download',
  params: z.object({ household, evidence: ordinal }),
  answer: z.object({}),
})

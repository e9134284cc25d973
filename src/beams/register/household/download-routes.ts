import { PassThrough } from 'node:stream'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, demandRight, reaches } from '../../../platform/access/caller.ts'
import type { Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import type { Paths } from '../place/paths.ts'
import { findPlace } from '../place/queries.ts'
import { exportHouseholds, householdTemplate } from './contract.ts'
import { downloadTypes, exportStream } from './export.ts'
import { pastMoment } from './past.ts'
import { listableColumns, readFilter } from './routes.ts'
import { writeTemplate } from './template.ts'

export function downloadRoutes(parts: RegisterParts & { keysOf: KeysOf; paths: Paths }): Route[] {
  return [
    fulfil(exportHouseholds, async ({ tx, caller, audit, language, requestId, now }, { query }) => {
      const full = query.identities === 'full'
      const place = await ownPlace(tx, caller, query.place)
      const { asOf, knownAt } = query
      const entry = exportEntry(caller, { place, shape: query.shape, full, why: query.why, asOf, knownAt })
      const { content, households } = await exportStream(
        tx,
        parts,
        readFilter(caller, query, parts),
        {
          format: query.format,
          shape: query.shape,
          columns: listableColumns(parts, query.columns),
          full,
          language,
          moment: pastMoment(query, now, parts.pack),
        },
        `${requestId}.${query.format}`,
      )
      audit(entry(households))
      return {
        fileName: `households-${query.place ?? caller.place}.${query.format}`,
        type: downloadTypes[query.format],
        content,
      }
    }),

    fulfil(householdTemplate, async ({ language }, { query }) => {
      const content = new PassThrough()
      writeTemplate(content, parts.pack, language, query.format).catch((error) => content.destroy(error))
      return { fileName: `households.${query.format}`, type: downloadTypes[query.format], content }
    }),
  ]
}

/** The place asked for, when there is one and the caller reaches it: nobody writes into the audit of another place. */
async function ownPlace(tx: Tx, caller: Caller, place: string | undefined): Promise<string | undefined> {
  if (place === undefined || !reaches(caller, place)) return undefined
  return (await findPlace(tx, place))?.code
}

/**
 * What the audit keeps of an export: where, how many, in which shape, with which reason. Refuses full identity numbers
 * without the right or without a reason.
 * @returns makes the entry, once it is known how many households there were
 */
export function exportEntry(
  caller: Caller,
  asked: {
    place: string | undefined
    shape: string
    full: boolean
    why: string | undefined
    asOf?: string | undefined
    knownAt?: string | undefined
  },
): (households: number) => Entry {
  const { shape, full, asOf, knownAt } = asked
  const why = demandReason(caller, asked)
  const place = asked.place ?? caller.place
  const detail = { shape, full, ...why, ...(asOf && { asOf }), ...(knownAt && { knownAt }) }
  return (households) => ({
    kind: 'household.export',
    place,
    subject: 'place',
    subjectId: place,
    detail: { households, ...detail },
  })
}

/**
 * Refuses sensitive values in full without the right or without a reason.
 * @returns what the audit keeps of it
 */
export function demandReason(caller: Caller, asked: { full: boolean; why?: string | undefined }): { why?: string } {
  if (!asked.full) return {}
  demandRight(caller, 'identity.reveal')
  const why = asked.why?.trim() ?? ''
  if (why.length < 3) throw new Problem('export.no-reason')
  return { why }
}

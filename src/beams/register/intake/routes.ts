import { sentence } from '../../../kernel/problem.ts'
import type { ProblemCode } from '../../../kernel/problems.ts'
import { inLanguage } from '../../../kernel/text.ts'
import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { fulfil, fulfilAfter, type Route } from '../../../platform/http/handler.ts'
import { findField, householdForm } from '../../../policy/ask.ts'
import { findCard } from '../household/queries.ts'
import type { Paths } from '../place/paths.ts'
import { beginApply, beginCheck, beginUndo, dropRun, openImport, receiveFile, takeFile } from './actions.ts'
import {
  checkImport,
  decideHeld,
  dropImport,
  errorSheet,
  importFaults,
  listHeld,
  listImports,
  showImport,
  startImport,
  undoImport,
  uploadImport,
} from './contract.ts'
import { errorSheetStream } from './error-sheet.ts'
import { rowFaultSentence } from './fault-sentences.ts'
import { decide } from './held.ts'
import type { IntakeJobParts } from './jobs.ts'
import { faultsByCode, faultyRows, type HeldRow, heldAfter, importsIn, type ListedImport } from './queries.ts'
import type { RowFault } from './row-fault.ts'

const sheetTypes = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const

export function intakeRoutes(parts: IntakeJobParts & { paths: Paths }): Route[] {
  const { pack, paths } = parts
  const form = householdForm(pack)

  const heldAnswer = async (tx: Tx, row: HeldRow, language: string) => {
    // Outside the caller's place the other household does not exist for him; the hit itself is all he learns.
    const other = row.household_id === null ? undefined : await findCard(tx, row.household_id, undefined)
    const places = await paths.of(tx, [row.place_code, ...(other ? [other.household.place_code] : [])])
    return {
      village: { code: row.place_code, name: places.get(row.place_code)?.name ?? row.place_code },
      number: row.number,
      reason: row.reason,
      headName: row.detail.head,
      rows: row.detail.rows,
      household: other
        ? {
            id: other.household.household_id,
            number: other.household.number,
            headName: other.members[0]?.name ?? '',
            village: places.get(other.household.place_code)?.name ?? '',
          }
        : null,
      differences: (row.detail.differences ?? []).map((one) => ({
        ...one,
        name: inLanguage(findField(form, one.field)?.name ?? {}, language) || one.field,
      })),
      decision: row.decision,
    }
  }

  return [
    fulfilAfter(
      uploadImport,
      ({ upload }) => takeFile(parts, upload!),
      async ({ tx, caller, now, audit, language }, { before }) => {
        const importId = await receiveFile(tx, parts, caller, before, now)
        audit({ kind: 'import.upload', place: caller.place, subject: 'import', subjectId: importId })
        return answerOf(await openImport(tx, caller, importId), language)
      },
    ),

    fulfil(listImports, async ({ tx, caller, language }, { query }) => {
      const rows = await importsIn(tx, caller.scope, { before: query.before, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      return {
        imports: page.map((row) => answerOf(row, language)),
        next: rows.length > query.limit ? page.at(-1)!.import_id : null,
      }
    }),

    fulfil(showImport, async ({ tx, caller, language }, { params }) => {
      return answerOf(await openImport(tx, caller, params.import), language)
    }),

    fulfil(checkImport, async ({ tx, caller, language, audit }, { params, body }) => {
      await beginCheck(tx, parts, caller, params.import, body, language)
      audit({ kind: 'import.check', place: caller.place, subject: 'import', subjectId: params.import })
      return answerOf(await openImport(tx, caller, params.import), language)
    }),

    fulfil(startImport, async ({ tx, caller, language, audit }, { params }) => {
      await beginApply(tx, parts, caller, params.import)
      audit({ kind: 'import.start', place: caller.place, subject: 'import', subjectId: params.import })
      return answerOf(await openImport(tx, caller, params.import), language)
    }),

    fulfil(undoImport, async ({ tx, caller, language, audit }, { params, body }) => {
      await beginUndo(tx, parts, caller, params.import, body.why)
      audit({ kind: 'import.undo', place: caller.place, subject: 'import', subjectId: params.import })
      return answerOf(await openImport(tx, caller, params.import), language)
    }),

    fulfil(dropImport, async ({ tx, caller, language, audit }, { params }) => {
      await dropRun(tx, caller, params.import)
      audit({ kind: 'import.drop', place: caller.place, subject: 'import', subjectId: params.import })
      return answerOf(await openImport(tx, caller, params.import), language)
    }),

    fulfil(importFaults, async ({ tx, caller, language }, { params, query }) => {
      const run = await openImport(tx, caller, params.import)
      const rows = await faultyRows(tx, run.import_id, query.after, query.limit + 1)
      const page = rows.slice(0, query.limit)
      return {
        faults: page.flatMap((row) =>
          (JSON.parse(row.faults) as RowFault[]).map((fault) => ({
            row: row.row_no,
            field: fault.field ?? null,
            code: fault.code,
            sentence: rowFaultSentence(pack, form, fault, language, run.place_name),
          })),
        ),
        next: rows.length > query.limit ? page.at(-1)!.row_no : null,
        byCode: query.after === 0 ? await faultsByCode(tx, run.import_id) : [],
      }
    }),

    fulfil(errorSheet, async ({ tx, caller, language, requestId, audit }, { params, query }) => {
      const run = await openImport(tx, caller, params.import)
      audit({ kind: 'import.error-sheet', place: run.place_code, subject: 'import', subjectId: run.import_id })
      const options = { format: query.format, language, placeName: run.place_name }
      const content = await errorSheetStream(tx, parts, run, options, `${requestId}.${query.format}`)
      const base = run.file_name.replace(/\.[^.]*$/, '')
      return { fileName: `${base}-errors.${query.format}`, type: sheetTypes[query.format], content }
    }),

    fulfil(listHeld, async ({ tx, caller, language }, { params, query }) => {
      const run = await openImport(tx, caller, params.import)
      const after =
        query.afterPlace !== undefined ? { place: query.afterPlace, number: query.afterNumber ?? '' } : undefined
      const rows = await heldAfter(tx, run.import_id, after, query.limit + 1)
      const page = rows.slice(0, query.limit)
      const held = []
      for (const row of page) held.push(await heldAnswer(tx, row, language))
      const last = page.at(-1)
      return { held, next: rows.length > query.limit && last ? { place: last.place_code, number: last.number } : null }
    }),

    fulfil(decideHeld, async ({ tx, caller, language, audit, now, requestId }, { params, body }) => {
      const run = await openImport(tx, caller, params.import, { lock: true })
      const key = { place: body.place, number: body.number }
      const row = await decide(tx, parts, caller, run, key, body.decision, { id: requestId, now })
      audit({
        kind: 'import.decide-held',
        place: run.place_code,
        subject: 'import',
        subjectId: run.import_id,
        detail: { decision: body.decision },
      })
      return heldAnswer(tx, row, language)
    }),
  ]
}

export function answerOf(row: ListedImport, language: string) {
  return {
    id: row.import_id,
    place: { code: row.place_code, name: row.place_name },
    by: row.account_id === OPERATOR_ACCOUNT ? null : row.by,
    state: row.state,
    form: row.form,
    period: row.period,
    why: row.why,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    layout: row.layout,
    mapping: row.mapping,
    job: row.job_id,
    counts: { updated: 0, ...row.counts },
    problem: row.problem && {
      code: row.problem.code,
      title: sentence(row.problem.code as ProblemCode, row.problem.values, language),
    },
    createdAt: row.created_at.toISOString(),
    appliedAt: row.applied_at?.toISOString() ?? null,
    undoable:
      (row.state === 'done' || row.state === 'cancelled') &&
      row.counts.registered > 0 &&
      !row.counts.updated &&
      !row.built_upon,
  }
}

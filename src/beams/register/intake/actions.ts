import { dayOf } from '../../../kernel/calendar.ts'
import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { inLanguage } from '../../../kernel/text.ts'
import type { Caller } from '../../../platform/access/caller.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { removeFile, type StoredFile, storeFile } from '../../../platform/files/store.ts'
import type { Upload } from '../../../platform/http/handler.ts'
import { findField, householdForm } from '../../../policy/ask.ts'
import type { IntakeJobParts } from './jobs.ts'
import { checkMapping, checkPeriod, inspectFile, usualPeriod } from './layout.ts'
import {
  type ImportState,
  importsIn,
  insertImport,
  isKnownFile,
  type Layout,
  type ListedImport,
  lockImport,
  noCounts,
  setImport,
} from './queries.ts'

export const MAX_UPLOAD = 512 * 1024 * 1024

/** An import that the caller may see, locked while its state is looked at. */
export async function openImport(
  tx: Tx,
  caller: Caller,
  importId: number,
  { lock = false } = {},
): Promise<ListedImport> {
  if (lock) await lockImport(tx, importId)
  const [run] = await importsIn(tx, caller.scope, { importId, limit: 1 })
  if (!run) throw new Problem('request.not-found')
  return run
}

function demandState(run: ListedImport, ...states: ImportState[]): void {
  if (!states.includes(run.state)) throw new Problem('import.not-now', { state: run.state })
}

/** A file that is kept and has been looked at; no import yet. */
export type TakenFile = {
  readonly fileName: string
  readonly file: StoredFile
  readonly layout: Layout
  readonly mapping: (string | null)[]
}

/**
 * Keeps a file, looks at its layout, guesses the columns. Not in a transaction: the sender may be slow, and a
 * connection must not wait for him. What is no spreadsheet is not kept.
 */
export async function takeFile(
  parts: Pick<IntakeJobParts, 'pack' | 'home' | 'db'>,
  upload: Upload,
): Promise<TakenFile> {
  const file = await storeFile(parts.home, upload.content, { limitBytes: MAX_UPLOAD })
  try {
    const { layout, mapping } = await inspectFile(file.path, householdForm(parts.pack))
    return { fileName: upload.fileName, file, layout, mapping }
  } catch (error) {
    // The same content may belong to an import of before.
    const known = await parts.db.transaction(subtree(ROOT), (tx) => isKnownFile(tx, file.sha256))
    if (!known) await removeFile(parts.home, file.sha256)
    throw error
  }
}

/** Makes an import of a file that was taken in. */
export async function receiveFile(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  { fileName, file, layout, mapping }: TakenFile,
  now: Date,
): Promise<number> {
  const { pack, ids } = parts
  const form = householdForm(pack)
  const importId = await ids.next('import')
  await insertImport(
    tx,
    {
      import_id: importId,
      place_code: caller.place,
      account_id: caller.accountId,
      post_id: caller.postId,
      form: form.id,
      period: usualPeriod(pack.period, dayOf(now, pack.utcOffset)),
      file_name: fileName,
      file_hash: file.sha256,
      file_bytes: file.bytes,
      layout,
      mapping,
    },
    now,
  )
  return importId
}

/** Fixes mapping, period and reason, and puts the dry run in the queue. */
export async function beginCheck(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  importId: number,
  wish: { mapping: (string | null)[]; period: string; why: string },
  language: string,
  options?: { deliver: boolean },
): Promise<number> {
  const { pack } = parts
  const run = await openImport(tx, caller, importId, { lock: true })
  demandState(run, 'mapping', 'checked', 'refused', 'cancelled')
  // What is in the register already belongs to the mapping it was read with: finish it or undo it.
  if (run.counts.registered > 0 || run.counts.updated) throw new Problem('import.not-now', { state: run.state })
  const form = householdForm(pack)
  checkMapping(
    form,
    wish.mapping,
    run.layout.headings,
    (id) => inLanguage(findField(form, id)?.name ?? {}, language) || id,
  )
  checkPeriod(wish.period, pack.period, dayOf(parts.now(), pack.utcOffset))
  const job = await enqueue(tx, parts, caller, run, 'import.check', {}, options)
  await setImport(tx, importId, { ...wish, state: 'checking', job_id: job, counts: noCounts, cursor: null })
  return job
}

export async function beginApply(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  importId: number,
  options?: { deliver: boolean },
): Promise<number> {
  const run = await openImport(tx, caller, importId, { lock: true })
  // A cancelled import that has begun can go on where it stopped.
  demandState(run, 'checked', 'cancelled')
  if (run.counts.good === 0) throw new Problem('import.nothing-good', { read: run.counts.read })
  const job = await enqueue(tx, parts, caller, run, 'import.apply', {}, options)
  await setImport(tx, importId, { state: 'applying', job_id: job })
  return job
}

export async function beginUndo(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  importId: number,
  why: string,
  options?: { deliver: boolean },
): Promise<number> {
  const run = await openImport(tx, caller, importId, { lock: true })
  demandState(run, 'done', 'cancelled', 'undoing')
  if (run.built_upon) throw new Problem('import.built-upon', { count: 1 })
  if (run.counts.updated) throw new Problem('import.has-updated', { count: run.counts.updated })
  const job = await enqueue(tx, parts, caller, run, 'import.undo', { why }, options)
  await setImport(tx, importId, { state: 'undoing', job_id: job })
  return job
}

/** Gives an import up that has not begun to enter the register. */
export async function dropRun(tx: Tx, caller: Caller, importId: number): Promise<void> {
  const run = await openImport(tx, caller, importId, { lock: true })
  demandState(run, 'mapping', 'checked', 'refused', 'cancelled')
  if (run.counts.registered > 0 || run.counts.updated) throw new Problem('import.not-now', { state: run.state })
  await setImport(tx, importId, { state: 'cancelled' })
}

function enqueue(
  tx: Tx,
  parts: IntakeJobParts,
  caller: Caller,
  run: ListedImport,
  kind: string,
  input: Record<string, unknown>,
  options?: { deliver: boolean },
): Promise<number> {
  return parts.jobs.enqueue(
    tx,
    {
      kind,
      place: run.place_code,
      accountId: caller.accountId,
      postId: caller.postId,
      input: { import: run.import_id, subject: { kind: 'import', id: run.import_id }, ...input },
    },
    options,
  )
}

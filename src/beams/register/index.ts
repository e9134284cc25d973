/**
 * The register: who and where. Places, households with their members and facts, and the way in by spreadsheet. Other
 * rooms meet it through what is exported here.
 */
import type { Route } from '../../platform/http/handler.ts'
import { changeRoutes } from './change/routes.ts'
import { evidenceRoutes } from './evidence/routes.ts'
import { accessRoutes } from './household/access-routes.ts'
import { downloadRoutes } from './household/download-routes.ts'
import { householdRoutes } from './household/routes.ts'
import { applyWork } from './intake/apply.ts'
import { checkWork, importNotDone, undoWork } from './intake/jobs.ts'
import { intakeRoutes } from './intake/routes.ts'
import { mapRoutes } from './map/routes.ts'
import { type KeysOf, nameKeys } from './name-keys.ts'
import { type About, aboutRoutes, type DemoAccounts } from './pack/routes.ts'
import { paperRoutes } from './paper/routes.ts'
import { type CardSigner, cardSigner } from './paper/token.ts'
import type { RegisterParts } from './parts.ts'
import { periodRoutes } from './period/routes.ts'
import { createPaths, type Paths } from './place/paths.ts'
import { placeRoutes } from './place/routes.ts'
import { placeCardRoutes } from './place-card/routes.ts'
import { placeChangeRoutes } from './place-change/routes.ts'

export { isHalfLoaded, loadRegister } from './bulk/load.ts'
export { type ChangeWish, changeWish } from './change/contract.ts'
export { recordChange } from './change/record-change.ts'
export { addEvidenceTo, openEvidenceOf } from './evidence/add-evidence.ts'
export { openPaper, takePaper } from './evidence/paper.ts'
export { exportEntry } from './household/download-routes.ts'
export { exportToFile } from './household/export.ts'
export { householdThere, looksAt } from './household/looks.ts'
export { pastMoment, pastPage } from './household/past.ts'
export { findCard as findHousehold, historyOf, householdPage } from './household/queries.ts'
export { notHere, readFilter } from './household/routes.ts'
export { writeTemplate } from './household/template.ts'
export { beginApply, beginCheck, MAX_UPLOAD, openImport, receiveFile, takeFile } from './intake/actions.ts'
export { writeErrorSheet } from './intake/error-sheet.ts'
export { rowFaultSentence } from './intake/fault-sentences.ts'
export { readerOf, stageFile } from './intake/jobs.ts'
export { usualPeriod } from './intake/layout.ts'
export { faultyRows, getImport } from './intake/queries.ts'
export { mapCounts } from './map/counts.ts'
export { importBoundaries } from './map/import-boundaries.ts'
export { type CardCheck, checkToken } from './paper/check.ts'
export { householdsToPrint, printNoted, revokeNoted } from './paper/noted.ts'
export { findCards } from './paper/queries.ts'
export { closeOf as closePeriod, getPeriod, openFor as openPeriod, periodAnswerOf } from './period/open-close.ts'
export { periodsAt } from './period/queries.ts'
export { dueFilter, duePage, progressAt } from './period/work.ts'
export { importPlaces, PlaceFaults } from './place/import-places.ts'
export { importPlaceTags } from './place/import-tags.ts'
export { childrenOf, placesByOfficialCode, searchPlaces, tallyIn } from './place/queries.ts'
export { ensureRoot } from './place/root.ts'
export { foldTallies } from './place/tally.ts'
export { type CardWish, cardWish } from './place-card/contract.ts'
export { cardHistory, readCard } from './place-card/queries.ts'
export { getCardPlace, recordCardChange } from './place-card/record-change.ts'
export { changePlaces } from './place-change/change-places.ts'
export { placeChangeWish } from './place-change/contract.ts'
export { placeChangesOf } from './place-change/history.ts'
export { paperWords } from './texts/paper.ts'
export { verifyActions, verifyPlaceActions } from './verify-actions.ts'
export type { About, DemoAccounts, RegisterParts }

export type Register = RegisterParts & {
  readonly keysOf: KeysOf
  readonly paths: Paths
  readonly signer: CardSigner
  readonly routes: readonly Route[]
}

/** Opens the register: its routes, and its work for the job queue. */
export function openRegister(parts: RegisterParts, about: About): Register {
  const room = {
    ...parts,
    keysOf: nameKeys(parts.pack.names.keys),
    paths: createPaths(parts.now),
    signer: cardSigner(parts.vault),
  }
  parts.jobs.define('import.check', (run) => checkWork(room, run), importNotDone)
  parts.jobs.define('import.apply', (run) => applyWork(room, run), importNotDone)
  parts.jobs.define('import.undo', (run) => undoWork(room, run), importNotDone)
  return {
    ...room,
    routes: [
      ...aboutRoutes(parts.pack, about),
      ...mapRoutes(room),
      ...placeRoutes(room),
      ...placeChangeRoutes(room),
      // Fixed paths stand before `/:household`, as the router wants.
      ...downloadRoutes(room),
      ...householdRoutes(room),
      ...accessRoutes(room),
      ...changeRoutes(room),
      ...evidenceRoutes(room),
      ...paperRoutes(room),
      ...placeCardRoutes(room),
      ...periodRoutes(room),
      ...intakeRoutes(room),
    ],
  }
}

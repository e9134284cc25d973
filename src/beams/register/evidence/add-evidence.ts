import { Problem } from '../../../kernel/problem.ts'
import type { Actor, Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Paper } from './paper.ts'
import { type Evidence, evidenceOf, findEvidence, holdHousehold, insertEvidence, isAction } from './queries.ts'

const MOST_FOR_ONE_CHANGE = 10

/**
 * Puts a paper that was taken in beside a recorded action. The same paper twice is one.
 * Throws a Problem when the household or the action is not there, or has papers enough.
 */
export async function addEvidenceTo(
  tx: Tx,
  { household, action }: { household: number; action: number },
  paper: Paper,
  actor: Pick<Actor, 'accountId' | 'postId' | 'at'>,
  audit: (entry: Entry) => void,
): Promise<{ evidence: Evidence; fresh: boolean }> {
  const held = await holdHousehold(tx, household)
  if (!held || !(await isAction(tx, household, action))) throw new Problem('request.not-found')
  const all = await evidenceOf(tx, household)
  const there = all.filter((one) => one.action === action)
  const known = there.find(({ sha256 }) => sha256 === paper.sha256)
  if (known) return { evidence: known, fresh: false }
  if (there.length >= MOST_FOR_ONE_CHANGE) throw new Problem('evidence.too-many', { most: MOST_FOR_ONE_CHANGE })
  const evidence = { ...paper, no: Math.max(0, ...all.map(({ no }) => no)) + 1, action, place: held.place }
  await insertEvidence(tx, household, evidence, actor)
  const detail = { action, evidence: evidence.no, sha256: paper.sha256 }
  audit({ kind: 'household.add-evidence', place: held.place, subject: 'household', subjectId: household, detail })
  return { evidence, fresh: true }
}

/** A paper of a household, with a note of who opened it. */
export async function openEvidenceOf(
  tx: Tx,
  { household, evidence }: { household: number; evidence: number },
  audit: (entry: Entry) => void,
): Promise<Evidence> {
  const found = await findEvidence(tx, household, evidence)
  if (!found) throw new Problem('request.not-found')
  const detail = { evidence }
  audit({ kind: 'household.open-evidence', place: found.place, subject: 'household', subjectId: household, detail })
  return found
}

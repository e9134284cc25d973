import type { Actor } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { EvidenceKind } from './paper.ts'

export type Evidence = {
  readonly no: number
  readonly action: number
  readonly place: string
  readonly fileName: string
  readonly kind: EvidenceKind
  readonly bytes: number
  /** Digest of the paper itself. */
  readonly sha256: string
  /** Name of the encrypted file in the store. */
  readonly storedAs: string
}

const columns = sql`evidence_no as no, action_no as action, place_code as place, file_name as "fileName", kind, bytes, sha256,
  stored_as as "storedAs"`

/** The papers of a household, oldest first. */
export async function evidenceOf(tx: Tx, household: number): Promise<Evidence[]> {
  return tx.all<Evidence>(sql`
    select ${columns} from household_evidence where household_id = ${household} order by evidence_no`)
}

export async function findEvidence(tx: Tx, household: number, no: number): Promise<Evidence | undefined> {
  return tx.first<Evidence>(sql`
    select ${columns} from household_evidence where household_id = ${household} and evidence_no = ${no}`)
}

/** The household's village today, held so that two papers do not get one number; nothing when it is not in scope. */
export async function holdHousehold(tx: Tx, household: number): Promise<{ place: string } | undefined> {
  return tx.first<{ place: string }>(sql`
    select place_code as place from household where household_id = ${household} for update`)
}

export async function isAction(tx: Tx, household: number, action: number): Promise<boolean> {
  const row = await tx.first(sql`
    select from household_action where household_id = ${household} and action_no = ${action}`)
  return row !== undefined
}

export async function insertEvidence(
  tx: Tx,
  household: number,
  { no, action, place, fileName, kind, bytes, sha256, storedAs }: Evidence,
  actor: Pick<Actor, 'accountId' | 'postId' | 'at'>,
): Promise<void> {
  await tx.run(sql`
    insert into household_evidence (household_id, evidence_no, action_no, place_code, file_name, kind, bytes, sha256, stored_as,
                                    added_at, account_id, post_id)
    values (${household}, ${no}, ${action}, ${place}, ${fileName}, ${kind}, ${bytes}, ${sha256}, ${storedAs}, ${actor.at},
            ${actor.accountId}, ${actor.postId})`)
}

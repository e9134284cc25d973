import type { Vault } from '../../platform/access/vault.ts'
import type { AccessLog } from '../../platform/audit/access-log.ts'
import type { ChainOf } from '../../platform/audit/write.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/db/ids.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Pack } from '../../policy/pack.ts'

/** What the register works with. Made once, when the program starts. */
export type RegisterParts = {
  readonly db: Database
  readonly ids: Ids
  readonly jobs: Jobs
  readonly vault: Vault
  readonly pack: Pack
  readonly chainOf: ChainOf
  /** Where looks at a household are noted. */
  readonly accessLog: AccessLog
  readonly now: () => Date
  /** The folder of data outside the database. */
  readonly home: string
  /** Address under which people reach the server, such as `https://cards.example.org`; printed on paper. */
  readonly publicUrl: string
}

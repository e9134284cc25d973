import type { Day } from '../../../kernel/calendar.ts'
import { ROOT } from '../../../kernel/place-code.ts'
import { inLanguage } from '../../../kernel/text.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'

/** Makes the root of the tree of places, under the name that the pack gives it; nothing happens where there is one. */
export async function ensureRoot(tx: Tx, pack: Pack, from: Day): Promise<void> {
  const name = inLanguage(pack.root.name, pack.languages[0]!)
  await tx.run(sql`
    insert into place (code, parent, level, name, name_key, official_code, valid_from)
    values (${ROOT}, null, 0, ${name}, '', ${pack.root.officialCode}, ${from}) on conflict do nothing`)
}

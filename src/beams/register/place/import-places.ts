import type { Day } from '../../../kernel/calendar.ts'
import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Actor, type ChainOf, writeEntries } from '../../../platform/audit/write.ts'
import { type Database, sql, type Tx } from '../../../platform/db/database.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import type { Pack } from '../../../policy/pack.ts'
import type { KeysOf } from '../name-keys.ts'
import { keyOf, type RawPlace, readPlaces, withPathKeys } from './read-places.ts'
import { ensureRoot } from './root.ts'

export type PlacesResult = {
  readonly read: number
  readonly added: number
  readonly renamed: number
  readonly unchanged: number
}

export const FAULTS_TOLD = 20

/** More than one thing wrong with a file of places; each is a sentence of its own. */
export class PlaceFaults extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'))
    this.name = 'PlaceFaults'
    this.problems = problems
  }
}

/**
 * Brings a table of places into the tree, in one transaction: new codes are added, changed names are changed, nothing
 * is removed. The file has the columns `official_code` (or `code`) and `name`, and may have `level` (id or depth) and
 * `parent_official_code`; codes may be padded with zeros. All faults found are told together, and nothing is written.
 */
export async function importPlaces(
  db: Database,
  parts: { pack: Pack; keysOf: KeysOf; chainOf: ChainOf; actor: Actor; from: Day },
  path: string,
): Promise<PlacesResult> {
  const { pack, keysOf, actor, from } = parts
  return db.transaction(
    subtree(ROOT),
    async (tx) => {
      await ensureRoot(tx, pack, from)
      await tx.run(sql`
        create temporary table place_in (
          line int not null, code text collate "C" not null, parent text collate "C" not null, level smallint not null,
          name text not null, name_key text not null, official_code text not null
        ) on commit drop`)
      const problems: Problem[] = []
      let read = 0
      const write = (raw: RawPlace & { code: string; parent: string }): string | undefined => {
        if (raw.name === '') {
          problems.push(new Problem('place.no-name', { line: raw.line, code: raw.official }))
          return undefined
        }
        const { key } = keysOf(raw.name)
        return `${raw.line}\t${raw.code}\t${raw.parent}\t${raw.level}\t${copyField(raw.name)}\t${copyField(key)}\t${raw.official}\n`
      }
      const sheet = await openSheet(path)
      // Asked before the COPY begins: a connection in COPY can answer nothing else.
      const source =
        pack.codes.kind === 'path' ? await withPathKeys(tx, sheet, pack, problems) : readPlaces(sheet, pack, problems)
      await tx.copyIn('copy place_in from stdin', async (to) => {
        for await (const batch of source) {
          read += batch.length
          let text = ''
          for (const raw of batch) {
            const line = write({
              ...raw,
              code: raw.code ?? keyOf(raw, pack),
              parent: raw.parent ?? parentKey(raw, pack),
            })
            if (line) text += line
          }
          if (!to.write(text)) await new Promise<void>((resolve) => to.once('drain', () => resolve()))
        }
      })
      await tx.run(sql`create index on place_in (code)`)
      await tx.run(sql`analyze place_in`)
      problems.push(...(await faultsIn(tx)))
      if (problems.length > 0) throw new PlaceFaults(problems.slice(0, FAULTS_TOLD))
      const renamed = await tx.run(sql`
        update place set name = i.name, name_key = i.name_key from place_in i
        where place.code = i.code and place.name <> i.name`)
      let added = 0
      for (let level = 1; level < pack.levels.length; level++) {
        added += await tx.run(sql`
          insert into place (code, parent, level, name, name_key, official_code, valid_from)
          select code, parent, level, name, name_key, official_code, ${from}::date from place_in i
          where level = ${level} and not exists (select from place p where p.code = i.code) order by code`)
      }
      // A nation's places have just come, and what is checked next asks for them: not to be planned as a table of few rows.
      if (added > 0) await tx.run(sql`analyze place`)
      writeEntries(
        tx,
        actor,
        [{ kind: 'place.import', place: ROOT, subject: 'place', subjectId: ROOT, detail: { read, added, renamed } }],
        parts.chainOf,
      )
      return { read, added, renamed, unchanged: read - added - renamed }
    },
    { bulk: true },
  )
}

function parentKey(raw: RawPlace, pack: Pack): string {
  const above = pack.levels[raw.level - 1]!
  return raw.level === 1 ? ROOT : raw.official.slice(0, above.length)
}

async function faultsIn(tx: Tx): Promise<Problem[]> {
  const doubled = await tx.all<{ line: number; official_code: string }>(sql`
    select line, official_code from (
      select line, official_code, row_number() over (partition by code order by line) as nth from place_in
    ) i where nth > 1 order by line limit ${FAULTS_TOLD}`)
  const orphans = await tx.all<{ line: number; official_code: string; parent: string }>(sql`
    select line, official_code, parent from place_in i
    where not exists (select from place_in p where p.code = i.parent)
      and not exists (select from place p where p.code = i.parent)
    order by line limit ${FAULTS_TOLD}`)
  return [
    ...doubled.map((row) => new Problem('place.doubled', { line: row.line, code: row.official_code })),
    ...orphans.map(
      (row) => new Problem('place.no-parent', { line: row.line, code: row.official_code, parent: row.parent }),
    ),
  ]
}

/** A text as a column of COPY; line breaks have no place in a name. */
export function copyField(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => (character === '\\' ? '\\\\' : ' '))
}

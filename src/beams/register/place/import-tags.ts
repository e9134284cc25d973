import { isDay } from '../../../kernel/calendar.ts'
import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Actor, type ChainOf, writeEntries } from '../../../platform/audit/write.ts'
import { type Database, sql } from '../../../platform/db/database.ts'
import { openSheet } from '../../../platform/files/open-sheet.ts'
import type { Pack } from '../../../policy/pack.ts'
import { copyField, FAULTS_TOLD, PlaceFaults } from './import-places.ts'

/**
 * Sets dated tags on places. The file has the columns official_code, tag, value and from_on, and may have level, for
 * codes that stand on two levels. All faults are told together, and nothing is written then.
 * @returns how many tags were set
 */
export async function importPlaceTags(
  db: Database,
  parts: { pack: Pack; chainOf: ChainOf; actor: Actor },
  path: string,
): Promise<number> {
  const { pack } = parts
  const byId = new Map(pack.tags.map((tag) => [tag.id, tag]))
  const depth = (level: string) => pack.levels.findIndex((one) => one.id === level)
  return db.transaction(
    subtree(ROOT),
    async (tx) => {
      const problems: Problem[] = []
      await tx.run(sql`
        create temporary table tag_in (
          line int not null, official_code text collate "C" not null, level smallint not null, tag text not null, value text, from_on date not null
        ) on commit drop`)
      await tx.copyIn('copy tag_in from stdin', async (to) => {
        let columns: string[] | undefined
        for await (const batch of (await openSheet(path)).rows()) {
          let text = ''
          for (const [index, cells] of batch.rows.entries()) {
            const line = batch.numbers[index]!
            if (!columns) {
              columns = cells.map((cell) => cell.trim().toLowerCase())
              continue
            }
            const cell = (name: string) => (cells[columns!.indexOf(name)] ?? '').trim()
            const tag = byId.get(cell('tag'))
            const from = cell('from_on')
            if (!tag) {
              problems.push(
                new Problem('place.unknown-tag', { line, tag: cell('tag'), known: [...byId.keys()].join(', ') }),
              )
            } else if (!isDay(from)) problems.push(new Problem('place.bad-day', { line, value: from }))
            else {
              const levels = cell('level') ? [depth(cell('level'))] : tag.levels.map(depth)
              for (const level of levels) {
                text += `${line}\t${copyField(cell('official_code'))}\t${level}\t${tag.id}\t${copyField(cell('value')) || '\\N'}\t${from}\n`
              }
            }
          }
          if (!to.write(text)) await new Promise<void>((resolve) => to.once('drain', () => resolve()))
        }
      })
      await tx.run(sql`analyze tag_in`)
      const missing = await tx.all<{ official_code: string }>(sql`
        select official_code from (select line, official_code, level from tag_in) i
        group by line, official_code
        having not bool_or(exists (select from place p where p.official_code = i.official_code and p.level = i.level))
        order by line limit ${FAULTS_TOLD}`)
      for (const row of missing) problems.push(new Problem('place.unknown', { code: row.official_code }))
      if (problems.length > 0) throw new PlaceFaults(problems.slice(0, FAULTS_TOLD))
      const set = await tx.run(sql`
        insert into place_tag (place_code, tag, from_on, value)
        select p.code, i.tag, i.from_on, i.value
        from tag_in i join place p on p.official_code = i.official_code and p.level = i.level
        on conflict (place_code, tag, from_on) do update set value = excluded.value`)
      writeEntries(
        tx,
        parts.actor,
        [{ kind: 'place.tag', place: ROOT, subject: 'place', subjectId: ROOT, detail: { set } }],
        parts.chainOf,
      )
      return set
    },
    { bulk: true },
  )
}

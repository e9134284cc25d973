import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPlacesConfig } from '../../nation/config.ts'
import { generateNation } from '../../nation/generate.ts'
import { placesFile, placeTagsFile } from '../../nation/places.ts'
import { importSheet } from '../app/import-sheet.ts'
import { type House, putSetting } from '../app/open.ts'
import { addUser, operatorActor, operatorCaller } from '../app/operator.ts'
import { type DemoAccounts, importPlaces, importPlaceTags } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { sql } from '../platform/db/database.ts'

const DEMO_PASSWORD = 'demo-fourbeams'
const SEED = 42

/**
 * Loads the demo nation through the same doors that real data takes: places by the importer of places, households by
 * the import of spreadsheets; then makes one account for each role, at places where there is something to see.
 */
export async function loadDemo(house: House, scale: number, log: (line: string) => void): Promise<void> {
  const { db, pack, register, settings } = house
  await putSetting(db, 'nation', { synthetic: true, scale, seed: SEED, loaded: false })
  const folder = await mkdtemp(join(settings.home, 'demo-'))
  try {
    const generated = generateNation({ pack, scale, seed: SEED, folder: join(folder, 'nation'), formats: ['csv'] })
    // Awaited below; this keeps a failure from ending the process before.
    generated.catch(() => {})
    log('Loading the places of the demo nation …')
    const actor = operatorActor(settings.now())
    const parts = { pack, keysOf: register.keysOf, chainOf: register.chainOf, actor, from: '1900-01-01' }
    const places = await importPlaces(db, parts, await placesFile(pack, folder))
    await importPlaceTags(db, parts, await placeTagsFile(pack, folder))
    log(`${places.read.toLocaleString('en')} places loaded. Bringing the households into the register …`)
    const nation = await generated
    for (const file of nation.files) await importHouseholds(house, file)
    log(
      `${nation.households.toLocaleString('en')} households with ${nation.members.toLocaleString('en')} members registered.`,
    )
    await makeAccounts(house)
    await putSetting(db, 'nation', { synthetic: true, scale, seed: SEED, loaded: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function importHouseholds(house: House, file: string): Promise<void> {
  const { jobs, pack } = house
  const { run } = await importSheet(
    house,
    operatorCaller(pack.languages[0]!),
    { path: file, name: 'demo-nation.csv' },
    { why: readPlacesConfig(pack).nation.reason, language: 'en' },
    { carryOut: (job) => jobs.runHere(job) },
  )
  if (run.state !== 'done') throw new Error(`the demo nation could not be imported: ${JSON.stringify(run.counts)}`)
}

/** One account for each role, where the register has most: the fullest village of the fullest county, and what is above. */
async function makeAccounts(house: House): Promise<void> {
  const { db, pack, register, settings } = house
  const [townshipLength, countyLength] = [2, 3].map((up) => pack.levels.at(-up)?.length ?? 0)
  const where = await db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ level: number; code: string; name: string }>(sql`
      with recursive up as (
        select p.* from place p where p.code = (
          select place_code from village_tally
          group by place_code
          order by sum(sum(households)) over (partition by left(place_code, ${countyLength})) desc,
                   sum(sum(households)) over (partition by left(place_code, ${townshipLength})) desc, sum(households) desc, 1
          limit 1)
        union all
        select p.* from up join place p on p.code = up.parent
      )
      select level, code, name from up`),
  )
  // Invented names as good as any: those of invented heads of household.
  const names = await db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ name: string }>(sql`
      select name from (select distinct head_name as name from household where char_length(head_name) <= 4) heads
      order by md5(name) limit ${pack.roles.length}`),
  )
  const accounts: DemoAccounts['accounts'][number][] = []
  for (const role of pack.roles) {
    const level = pack.levels.findIndex((one) => one.id === role.level)
    const place = where.find((one) => one.level === level)
    if (!place) continue
    const user = {
      login: role.id,
      name: names[accounts.length]?.name ?? role.id,
      password: DEMO_PASSWORD,
      role: role.id,
      place: place.code,
    }
    await addUser({ db, pack, now: settings.now, ids: register.ids, chainOf: register.chainOf }, user)
    accounts.push({ login: role.id, name: user.name, role: role.id, place: place.name })
  }
  await putSetting(db, 'demo', { password: DEMO_PASSWORD, accounts } satisfies DemoAccounts)
}

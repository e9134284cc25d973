import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyActions } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { seeded } from '../../src/kernel/random.ts'
import { verifyAudit } from '../../src/platform/audit/verify.ts'
import { sql } from '../../src/platform/db/database.ts'
import { codesOf, csv, households } from '../support/households.ts'
import { type Killable, makeKillable } from '../support/killable.ts'
import { pack } from '../support/packs.ts'

/**
 * The real server on its own home, killed with -9 while it checks and while it registers tens of thousands of rows,
 * once together with its database. Started again it finishes by itself; nothing is doubled, nothing is lost.
 */
const HOUSEHOLDS = 16_000
const random = seeded(Number(process.env.FOURBEAMS_SEED ?? 20160229))
let server: Killable

beforeAll(async () => {
  server = await makeKillable()
  await server.start()
}, 180_000)

afterAll(() => server?.remove(), 60_000)

it('an import survives kills of the server and of everything', { timeout: 240_000 }, async () => {
  const { call, until, start, kill } = server
  await server.signIn('warden')
  const codes = codesOf({ pack: pack('riverland') })
  const hamlets = ['H000000101', 'H000000202', 'H000000303']
  const rows = hamlets.flatMap((hamlet, i) =>
    households(hamlet, 1 + i * HOUSEHOLDS, Math.floor(HOUSEHOLDS / hamlets.length), codes),
  )
  const total = rows.length / 2
  const form = new FormData()
  form.append('file', new Blob([csv(rows)]), 'households.csv')
  const { id, mapping, period } = await call('POST', '/api/imports', form)
  const show = () => call('GET', `/api/imports/${id}`)

  const checking = await call('PUT', `/api/imports/${id}/mapping`, { mapping, period, why: 'a test' })
  const readSome = Math.floor(random() * rows.length * 0.5)
  await until(async () => {
    const job = await call('GET', `/api/jobs/${checking.job}`)
    return job.state === 'running' && (job.step !== 'read' || job.done > readSome)
  }, 'the middle of the check')
  await kill()
  await start()
  const checked = await until(async () => {
    const run = await show()
    return run.state !== 'checking' && run
  }, 'the end of the check')
  expect(checked).toMatchObject({ state: 'checked', counts: { read: rows.length, good: rows.length, bad: 0 } })

  const applying = await call('POST', `/api/imports/${id}/start`)
  const atStep = (step: string) => async () => {
    const job = await call('GET', `/api/jobs/${applying.job}`)
    return job.state === 'running' && job.step === step
  }
  await until(atStep('register'), 'the beginning of registering')
  await kill()
  expect((await stateOf(id)).state).toBe('applying')

  await start()
  // A later moment: between the first households and the last, or, when the machine is fast, in the tidying after.
  await until(async () => (await show()).counts.registered > 0, 'the first registered household')
  process.kill(server.postmaster(), 'SIGKILL')
  await kill()

  await start()
  const done = await until(async () => {
    const run = await show()
    return run.state !== 'applying' && run
  }, 'the end of the import')
  expect(done).toMatchObject({
    state: 'done',
    counts: { read: rows.length, good: rows.length, bad: 0, skipped: 0, registered: total },
  })
  await kill()

  const house = await server.open()
  try {
    const found = await house.db.transaction(subtree(ROOT), async (tx) => ({
      counts: await tx.first(sql`
        select (select count(*) from household)::int as households, (select count(distinct number) from household)::int as numbers,
               (select count(*) from member)::int as members, (select count(*) from identity)::int as identities,
               (select count(*) from household_action)::int as actions`),
      tally: await tx.all(sql`
        select * from (select place_code, status, cause, households::int, persons::int from village_tally) kept
        full join (select place_code, status, cause, count(*)::int as households, sum(size)::int as persons
                   from household group by 1, 2, 3) counted using (place_code, status, cause, households, persons)
        where kept is null or counted is null`),
      audit: await verifyAudit(tx, []),
      actions: await verifyActions(tx),
      jobs: await tx.all(sql`select state from job where state <> 'done'`),
    }))
    expect(found.counts).toEqual({
      households: total,
      numbers: total,
      members: rows.length,
      identities: rows.length,
      actions: total,
    })
    expect(found).toMatchObject({ tally: [], actions: [], jobs: [], audit: { faults: [] } })
  } finally {
    await house.close()
  }
})

/** The import as the database has it while no server runs. */
async function stateOf(id: number): Promise<{ state: string }> {
  const house = await server.open()
  try {
    return (await house.db.transaction(subtree(ROOT), (tx) =>
      tx.first<{ state: string }>(sql`select state from import_run where import_id = ${id}`),
    ))!
  } finally {
    await house.close()
  }
}

import { Command } from 'commander'
import type { FastifyInstance } from 'fastify'
import { buildHttp } from '../app/http.ts'
import { getSetting, type House, listenAddress, openHouse, settingsFromEnvironment, version } from '../app/open.ts'
import { type DemoAccounts, foldTallies, tallyIn } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { inLanguage } from '../kernel/text.ts'
import { noteCheckpoint } from '../platform/audit/verify.ts'
import { removeLeftovers } from '../platform/files/leftovers.ts'
import { guarded, type Output, outputOf } from './command.ts'
import { loadDemo } from './demo.ts'
import { buildWeb } from './web-build.ts'

const CHECKPOINT_EVERY_MS = 60_000
const FOLD_EVERY_MS = 10_000

type Options = { empty?: boolean; scale: string }

export function serveCommand(): Command {
  return new Command('serve')
    .description('start database, server and worker; load the demo nation into an empty register')
    .option('--empty', 'no demo nation: for real use')
    .option('--scale <share>', 'size of the demo nation', '0.001')
    .action((options: Options, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const log = (line: string) => process.stderr.write(`${line}\n`)
        const pages = buildWeb(log)
        pages.catch(() => {})
        const house = await openHouse(settingsFromEnvironment(log))
        const stop = stopSignal()
        let app: FastifyInstance | undefined
        let ready = false
        void stop.then(async () => {
          // Loading a nation is one long statement after another; whoever stops it does not want to wait for them.
          if (ready) return
          await house.abandon()
          process.exit(130)
        })
        try {
          await prepareNation(house, options, log)
          await pages
          await removeLeftovers(house.settings.home, house.settings.now())
          await house.jobs.startWorker()
          app = await buildHttp(house, { secure: process.env.FOURBEAMS_HTTPS === '1' })
          const address = await listen(app)
          ready = true
          await announce(house, address, output)
          await untilStopped(house, stop)
        } finally {
          await app?.close()
          await house.db
            .transaction(subtree(ROOT), (tx) => noteCheckpoint(tx, house.settings.home, house.settings.now()))
            .catch(() => {})
          await house.close()
        }
        return undefined
      })
    })
}

/** The demo nation, into a register that has nothing yet. What an interrupted start left is finished. */
async function prepareNation(house: House, options: Options, log: (line: string) => void): Promise<void> {
  const nation = await getSetting<{ loaded: boolean }>(house.db, 'nation')
  if (nation?.loaded || options.empty) return
  const { households } = await house.db.transaction(subtree(ROOT), (tx) => tallyIn(tx, subtree(ROOT)))
  if (households > 0) return
  await loadDemo(house, Number(options.scale), log)
}

async function listen(app: FastifyInstance): Promise<string> {
  const { host, port, shown } = listenAddress()
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE') throw new Problem('server.port-taken', { host, port })
    throw error
  }
  return shown
}

async function announce(house: House, address: string, output: Output): Promise<void> {
  const demo = await getSetting<DemoAccounts>(house.db, 'demo')
  output.say('')
  output.say(`Fourbeams ${version} is ready: ${address}`)
  if (demo) {
    output.say(`\nSynthetic data. Demo accounts, all with the password ${demo.password}:\n`)
    const width = Math.max(...demo.accounts.map((account) => account.login.length))
    for (const { login, name, role, place } of demo.accounts) {
      const title = inLanguage(house.pack.roles.find((one) => one.id === role)?.name ?? {}, house.pack.languages[0]!)
      output.say(`  ${login.padEnd(width)}  ${name}, ${title}, ${place}`)
    }
  } else output.say('Make the first account with: npx fourbeams user add LOGIN --role ROLE --place CODE')
  output.say('\nCtrl-C stops everything; data stays.')
  output.result({ address, version, demo: demo ?? null })
}

/** Resolves at the first signal to stop; the same key often sends two. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

/**
 * Until then: old sessions and leftover files go, the heads of the audit are noted outside the database, and counts are
 * folded.
 */
async function untilStopped(house: House, stop: Promise<void>): Promise<void> {
  const timer = setInterval(() => {
    removeLeftovers(house.settings.home, house.settings.now()).catch(() => {})
    house.db
      .transaction(subtree(ROOT), async (tx) => {
        await house.sessions.sweep(tx)
        await noteCheckpoint(tx, house.settings.home, house.settings.now())
      })
      .catch(() => {})
  }, CHECKPOINT_EVERY_MS)
  const folding = setInterval(() => foldTallies(house.db).catch(() => {}), FOLD_EVERY_MS)
  await stop
  clearInterval(timer)
  clearInterval(folding)
}

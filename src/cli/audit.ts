import { Command } from 'commander'
import { verifyActions, verifyPlaceActions } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { readCheckpoints, verifyAudit } from '../platform/audit/verify.ts'
import { exit, withHouse } from './command.ts'

export function auditCommand(): Command {
  const audit = new Command('audit').description('The tamper-evident record of what was done and seen')
  audit
    .command('verify')
    .description('recompute every digest; name the first bad row of each chain')
    .action((_options: unknown, command: Command) =>
      withHouse(command, async ({ db, settings }, output) => {
        const checkpoints = await readCheckpoints(settings.home)
        output.progress('Recomputing digests …')
        const { report, actions, places } = await db.transaction(
          subtree(ROOT),
          async (tx) => ({
            report: await verifyAudit(tx, checkpoints),
            actions: await verifyActions(tx),
            places: await verifyPlaceActions(tx),
          }),
          { readOnly: true, bulk: true },
        )
        const sound = [report.faults, actions, places].every((found) => found.length === 0)
        for (const fault of report.faults) {
          output.say(
            `${fault.what}: chain ${fault.chain}, link ${fault.linkNo}${fault.entryNo ? `, entry ${fault.entryNo}` : ''}`,
          )
        }
        for (const fault of actions)
          output.say(`${fault.what}: household ${fault.householdId}, action ${fault.actionNo}`)
        for (const fault of places)
          output.say(`${fault.what}: place ${fault.place}, form ${fault.form}, action ${fault.actionNo}`)
        output.say(
          `${report.chains} chains, ${report.links} links, ${report.entries} entries, ${checkpoints.length} checkpoints: ${sound ? 'all as written' : 'NOT as written'}.`,
        )
        output.result({ sound, ...report, checkpoints: checkpoints.length, actions, places })
        return sound ? exit.done : exit.refused
      }),
    )
  return audit
}

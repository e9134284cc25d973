import { Command, CommanderError } from 'commander'
import { version } from '../app/open.ts'
import { Problem } from '../kernel/problem.ts'
import { auditCommand } from './audit.ts'
import { cardCommand } from './card.ts'
import { exit } from './command.ts'
import { dbCommand } from './db.ts'
import { doctorCommand } from './doctor.ts'
import { householdCommand } from './household.ts'
import { mapCommand } from './map.ts'
import { nationCommand } from './nation.ts'
import { periodCommand } from './period.ts'
import { placeCommand } from './place.ts'
import { serveCommand } from './serve.ts'
import { sessionCommand } from './session.ts'
import { userCommand } from './user.ts'

/** The command line. One thin file for each command; each runs against the data folder of this machine. */
export function buildProgram(): Command {
  const program = new Command('fourbeams')
    .description('Runs a targeted poverty-reduction programme, from the first household card to the annual review.')
    .version(version)
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 refused or rows with errors, 2 wrong call.\nEnvironment: FOURBEAMS_HOME data folder, DATABASE_URL your own PostgreSQL, FOURBEAMS_PACK policy pack, PORT, HOST, PUBLIC_URL address on printed cards.',
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const command of [
    serveCommand(),
    placeCommand(),
    mapCommand(),
    householdCommand(),
    cardCommand(),
    periodCommand(),
    userCommand(),
    sessionCommand(),
    nationCommand(),
    auditCommand(),
    dbCommand(),
    doctorCommand(),
  ]) {
    program.addCommand(command)
  }
  inherit(program)
  return program
}

/** Every command and subcommand takes --json and ends a wrong call in the same way. */
function inherit(command: Command): void {
  for (const sub of command.commands) {
    sub.exitOverride()
    sub.option('--json', 'print one JSON document on standard output')
    inherit(sub)
  }
}

/**
 * Runs the command that the words call.
 * @returns the exit code, as far as it is known when the call itself was wrong or only asked for help
 */
export async function runCommand(words: readonly string[]): Promise<number | undefined> {
  try {
    await buildProgram().parseAsync(words, { from: 'user' })
    return undefined
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exit.done
    // The sentence is on standard error already; whoever reads standard output as JSON gets it there too.
    if (words.includes('--json')) {
      const detail = error.message.replace(/^error: /, '').replace(/\.$/, '')
      const { code, values, message } = new Problem('cli.wrong-call', { detail })
      process.stdout.write(`${JSON.stringify({ problems: [{ code, title: message, values }] })}\n`)
    }
    return exit.wrongCall
  }
}

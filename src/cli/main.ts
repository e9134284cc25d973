import { Command, CommanderError } from 'commander'
import { version } from '../app/open.ts'
import { auditCommand } from './audit.ts'
import { exit } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { householdCommand } from './household.ts'
import { nationCommand } from './nation.ts'
import { placeCommand } from './place.ts'
import { serveCommand } from './serve.ts'
import { userCommand } from './user.ts'

/** The command line. One thin file for each command; each runs against the data folder of this machine. */
export function buildProgram(): Command {
  const program = new Command('fourbeams')
    .description('Runs a targeted poverty-reduction programme, from the first household card to the annual review.')
    .version(version)
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 refused or rows with errors, 2 wrong call.\nEnvironment: FOURBEAMS_HOME data folder, DATABASE_URL your own PostgreSQL, FOURBEAMS_PACK policy pack, PORT, HOST.',
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const command of [
    serveCommand(),
    placeCommand(),
    householdCommand(),
    userCommand(),
    nationCommand(),
    auditCommand(),
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
    if (sub.commands.length === 0) sub.option('--json', 'print one JSON document on standard output')
    inherit(sub)
  }
}

try {
  await buildProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? exit.done : exit.wrongCall
}

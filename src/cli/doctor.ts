import { Command } from 'commander'
import pg from 'pg'
import { settingsFromEnvironment } from '../app/open.ts'
import { sentence } from '../kernel/problem.ts'
import { startEmbedded } from '../platform/db/embedded/index.ts'
import { checkMachine, checkServer, type Finding } from '../platform/db/selfcheck.ts'
import { exit, guarded, outputOf } from './command.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at machine, packages, data folder and database, and say in sentences what is wrong')
    .option('--language <tag>', 'language of the sentences', 'en')
    .action((options: { language: string }, command: Command) => {
      const output = outputOf(command)
      return guarded(output, async () => {
        const settings = settingsFromEnvironment((line) => process.stderr.write(`${line}\n`))
        const findings: Finding[] = await checkMachine(settings.home, {
          port: Number(process.env.PORT ?? 4400),
          external: settings.databaseUrl !== undefined,
        })
        if (findings.every((finding) => finding.ok))
          findings.push(...(await checkDatabase(settings.home, settings.databaseUrl)))
        for (const { check, ok, sentence: said } of findings) {
          output.say(`${ok ? 'ok   ' : 'WRONG'} ${check}: ${sentence(said.code, said.values, options.language)}`)
        }
        output.result({
          findings: findings.map(({ check, ok, sentence: said }) => ({
            check,
            ok,
            code: said.code,
            sentence: sentence(said.code, said.values, options.language),
          })),
        })
        return findings.every((finding) => finding.ok) ? exit.done : exit.refused
      })
    })
}

async function checkDatabase(home: string, databaseUrl: string | undefined): Promise<Finding[]> {
  const embedded = databaseUrl ? undefined : await startEmbedded({ home })
  const pool = new pg.Pool({ connectionString: databaseUrl ?? embedded!.url, max: 1 })
  try {
    return await checkServer(pool)
  } finally {
    await pool.end()
    await embedded?.stop()
  }
}

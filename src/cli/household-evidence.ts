import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Command } from 'commander'
import { act, callerAs } from '../app/act.ts'
import { addEvidenceTo, openEvidenceOf, openPaper, takePaper } from '../beams/register/index.ts'
import { demandRight } from '../platform/access/caller.ts'
import { withHouse } from './command.ts'
import { demandReadable, demandWritable, wholeNumber } from './format.ts'

const id = wholeNumber(1, Number.MAX_SAFE_INTEGER)

export function evidenceCommand(): Command {
  const evidence = new Command('evidence').description('papers of recorded changes')
  evidence.addCommand(addCommand())
  evidence.addCommand(openCommand())
  return evidence
}

function addCommand(): Command {
  return new Command('add')
    .description('put a paper (PDF, JPEG or PNG) beside a change; kept encrypted')
    .argument('<household>', 'id of the household', id)
    .argument('<change>', 'number of the change in its history', id)
    .argument('<file>', 'the paper')
    .option('--as <login>', 'act under the post of this account')
    .action((household: number, action: number, file: string, options: { as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        await demandReadable(file)
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.change')
        const parts = house.register
        const paper = await takePaper(parts, { fileName: basename(file), content: createReadStream(file) })
        const { evidence } = await act(house, caller, ({ tx, now, audit }) => {
          const actor = { accountId: caller.accountId, postId: caller.postId, at: now }
          return addEvidenceTo(tx, { household, action }, paper, actor, audit)
        })
        output.say(`Kept as paper ${evidence.no} of household ${household}.`)
        output.result({ household, action, evidence: evidence.no, sha256: evidence.sha256 })
        return undefined
      }),
    )
}

function openCommand(): Command {
  return new Command('open')
    .description('write a paper to a file; recorded in the audit')
    .argument('<household>', 'id of the household', id)
    .argument('<paper>', 'number of the paper', id)
    .argument('<file>', 'where to write it')
    .option('--as <login>', 'act under the post of this account')
    .action((household: number, evidence: number, file: string, options: { as?: string }, command: Command) =>
      withHouse(command, async (house, output) => {
        await demandWritable(file)
        const caller = await callerAs(house, options.as)
        demandRight(caller, 'household.change')
        const found = await act(house, caller, ({ tx, audit }) => openEvidenceOf(tx, { household, evidence }, audit))
        await writeFile(file, await openPaper(house.register, found), { mode: 0o600 })
        output.say(`${found.bytes} bytes written to ${file}.`)
        output.result({ household, evidence, file, bytes: found.bytes })
        return undefined
      }),
    )
}

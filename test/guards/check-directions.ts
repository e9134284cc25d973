import { cruiseHouse, describeRefusals } from './directions.ts'
import { root } from './files.ts'

/** The gate: reads every import of the repository, prints what the rules refuse, exits with 1 when they refuse any. */
const { cruised, unseen, refusals } = await cruiseHouse(root)

if (refusals.length) console.log(describeRefusals(refusals))
if (unseen.length) console.log(`These files were not read, so nothing is known of their imports:\n${unseen.join('\n')}`)
console.log(`${cruised} files read, ${refusals.length} imports refused`)
process.exitCode = refusals.length || unseen.length || cruised === 0 ? 1 : 0

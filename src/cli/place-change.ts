import type { Command } from 'commander'
import { operatorActor } from '../app/operator.ts'
import { changePlaces, placeChangesOf, placeChangeWish, placesByOfficialCode } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'
import { type Entry, writeEntries } from '../platform/audit/write.ts'
import type { Tx } from '../platform/db/database.ts'
import { withHouse } from './command.ts'

type Options = Record<string, string | boolean | undefined>
/** What a command says as a change; codes that people type are looked up. */
type Read = (options: Options, keyOf: (code: string) => Promise<string>) => Promise<unknown>

const list = (text: unknown) =>
  String(text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Adds the commands that change the tree: rename, recode, upgrade, merge, split, history. */
export function addPlaceChanges(place: Command): void {
  changing(place, 'rename', 'give a place another name', [['--name <name>', 'the new name']], async (options) => ({
    kind: 'rename',
    name: options.name,
  }))
  const recoding: [string, string][] = [
    ['--official-code <code>', 'the new code'],
    ['--name <name>', 'the new name'],
    ['--parent <code>', 'the place above from then on, where codes do not tell it'],
  ]
  for (const kind of ['recode', 'upgrade'] as const) {
    const what = kind === 'recode' ? 'give a place another code' : 'give a place another rank: name and code'
    changing(place, kind, what, recoding, async (options, keyOf) => ({
      kind,
      officialCode: options.officialCode,
      name: options.name,
      parent: options.parent === undefined ? undefined : await keyOf(String(options.parent)),
    }))
  }
  changing(
    place,
    'merge',
    'let a place go up in another',
    [['--into <code>', 'the place that takes it in']],
    async (options, keyOf) => ({
      kind: 'merge',
      into: await keyOf(String(options.into)),
    }),
  )
  const splitting: [string, string][] = [
    ['--official-code <code>', 'code of the new place'],
    ['--name <name>', 'name of the new place'],
    ['--children <codes>', 'places below that go along, separated by commas'],
    ['--households <ids>', 'households that go along, separated by commas'],
  ]
  changing(place, 'split', 'make a new place of a part of one', splitting, async (options, keyOf) => ({
    kind: 'split',
    officialCode: options.officialCode,
    name: options.name,
    children: await Promise.all(list(options.children).map(keyOf)),
    households: list(options.households).map(Number),
  }))

  place
    .command('history')
    .description('what was done to a place and to those that became it')
    .argument('<code>', 'code of the place')
    .action((code: string, _: unknown, command: Command) =>
      withHouse(command, async ({ db }, output) => {
        const changes = await db.transaction(subtree(ROOT), async (tx) => placeChangesOf(tx, await keyOf(tx, code)), {
          readOnly: true,
        })
        for (const one of changes) {
          output.say(`${one.effectiveOn}\t${one.kind}\t${one.place.officialCode}\t${one.place.name}\t${one.why}`)
        }
        output.result({ changes })
        return undefined
      }),
    )
}

function changing(place: Command, kind: string, what: string, options: [string, string][], read: Read): void {
  const command = place
    .command(kind)
    .description(what)
    .argument('<code>', 'code of the place')
    .requiredOption('--on <day>', 'the day from which it holds')
    .requiredOption('--why <reason>', 'the decision it follows')
    .option('--preview', 'only tell what it would touch')
  for (const [flags, description] of options) command.option(flags, description)
  command.action((code: string, given: Options, self: Command) =>
    withHouse(self, async ({ db, register, settings }, output) => {
      const actor = { ...operatorActor(settings.now()), scope: subtree(ROOT) }
      const result = await db.transaction(
        subtree(ROOT),
        async (tx) => {
          const wish = placeChangeWish.safeParse({
            effectiveOn: given.on,
            why: given.why,
            preview: given.preview === true,
            change: await read(given, (text) => keyOf(tx, text)),
          })
          if (!wish.success) {
            const [first] = wish.error.issues
            throw new Problem('request.invalid', { detail: `${first!.path.join('.')}: ${first!.message}` })
          }
          const entries: Entry[] = []
          const changed = await changePlaces(tx, register, actor, await keyOf(tx, code), wish.data, (entry) =>
            entries.push(entry),
          )
          writeEntries(tx, actor, entries, register.chainOf)
          return changed
        },
        { bulk: true },
      )
      for (const one of result.codes) output.say(`${one.from}\t→ ${one.to}\t${one.name}`)
      const done = result.saved ? 'Done' : 'It would touch'
      output.say(`${done}: ${result.places} places, ${result.households} households, ${result.persons} persons.`)
      output.result(result)
      return undefined
    }),
  )
}

/** The key of a place that somebody names by its official code or its key. */
async function keyOf(tx: Tx, code: string): Promise<string> {
  const [found] = await placesByOfficialCode(tx, [code])
  if (!found) throw new Problem('place.unknown', { code })
  return found.code
}

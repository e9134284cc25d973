import { resolve } from 'node:path'
import { codesMeaning, LEAVING, SPLIT } from './ask.ts'
import { checkForms } from './check-form.ts'
import { PackFaults } from './faults.ts'
import type { Pack } from './pack.ts'
import { readForms, type Trail } from './read-forms.ts'
import { readLists } from './read-lists.ts'
import { readPackFile } from './read-pack-file.ts'
import { readPaper } from './read-paper.ts'
import { readParameters } from './read-parameters.ts'
import { readLevels, readRoles, readSources, readTags } from './read-tree.ts'
import { Reading } from './reading.ts'

/**
 * Reads a policy pack from its folder and checks all of it: keys, texts in every language, references, dates, ranges,
 * derived fields, bindings. `rights` are the rights that the engine knows. Throws `PackFaults` with every fault found;
 * a pack that comes back is whole.
 */
export function loadPack(folder: string, options: { readonly rights: readonly string[] }): Pack {
  const reading = new Reading(resolve(folder))
  const trail: Trail = new Map()
  const head = readPackFile(reading)
  const codes = head?.codes ?? { kind: 'prefix' }
  const levels = readLevels(reading, codes)
  const tags = readTags(reading)
  const roles = readRoles(reading)
  const sources = readSources(reading)
  const lists = readLists(reading)
  const forms = readForms(reading, trail, levels)
  const paper = readPaper(reading, forms)
  const parameters = readParameters(reading, { levels, codes })
  const leaving = lists.get(LEAVING)
  if (!leaving) reading.faults.add('codes', 1, 'pack.no-list', { id: LEAVING })
  const splits = leaving ? codesMeaning(leaving, SPLIT).length : 1
  if (splits !== 1) {
    reading.faults.add(`codes/${LEAVING}.yaml`, 1, 'pack.meaning', { list: LEAVING, means: SPLIT, count: splits })
  }
  reading.checkReferences(options.rights)
  checkForms(reading, trail, forms, lists)
  if (!head || reading.faults.faults.length > 0) throw new PackFaults(reading.folder, reading.faults.faults)
  return { ...head, levels, tags, roles, lists, forms, parameters, sources, paper, folder: reading.folder }
}

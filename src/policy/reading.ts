import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaultList } from './faults.ts'
import { type At, readYaml } from './read-yaml.ts'

/** What an id can point to. */
export type Kind = 'list' | 'level' | 'right' | 'source' | 'tag'

/**
 * One reading of a pack's folder. References are noted while reading and checked at the end, when everything that
 * they may point to has been seen, in whatever file.
 */
export class Reading {
  readonly folder: string
  readonly faults = new FaultList()
  /** Languages of the pack, known once `pack.yaml` is read. */
  languages: readonly string[] = []
  private readonly known = new Map<string, { file: string; line: number }>()
  private readonly references: { at: At; kind: Kind; id: string }[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /** The content of a file of the folder; a missing file is a fault. */
  file(name: string): At | undefined {
    if (!existsSync(join(this.folder, name))) {
      this.faults.add(name, 1, 'pack.missing-file', { file: name })
      return undefined
    }
    return readYaml(name, readFileSync(join(this.folder, name), 'utf8'), this.faults)
  }

  /** The contents of every YAML file of a subfolder, in order of name. */
  files(subfolder: string): At[] {
    const path = join(this.folder, subfolder)
    const names = existsSync(path)
      ? readdirSync(path)
          .filter((name) => name.endsWith('.yaml'))
          .sort()
      : []
    if (names.length === 0) this.faults.add(subfolder, 1, 'pack.missing-file', { file: `${subfolder}/*.yaml` })
    return names.flatMap((name) => this.file(`${subfolder}/${name}`) ?? [])
  }

  /** Notes that an id exists, and refuses it when it was there before. Ids are lower case with `_`, `-` and `.`. */
  declare(kind: string, at: At, id: string | undefined, scope = ''): boolean {
    if (id === undefined) return false
    if (!/^[a-z][a-z0-9_.-]*$/.test(id)) {
      at.fault('pack.bad-value', { key: 'id', value: id, expected: 'a-z 0-9 _ - .' })
    }
    return this.once(kind, at, id, scope)
  }

  /** Like `declare`, for things that need not look like ids, such as codes. */
  once(kind: string, at: At, id: string, scope = ''): boolean {
    const key = `${kind}\u0000${scope}\u0000${id}`
    const before = this.known.get(key)
    if (before) {
      at.fault('pack.duplicate', { kind, id, first: `${before.file}:${before.line}` })
      return false
    }
    this.known.set(key, { file: at.file.name, line: at.line })
    return true
  }

  /** Notes that something points to an id of a kind. */
  refer(kind: Kind, at: At | undefined, id: string | undefined): void {
    if (at && id !== undefined) this.references.push({ at, kind, id })
  }

  /** Checks every noted reference. `rights` come from outside, the rest from what was declared. */
  checkReferences(rights: readonly string[]): void {
    for (const { at, kind, id } of this.references) {
      const found = kind === 'right' ? rights.includes(id) : this.known.has(`${kind}\u0000\u0000${id}`)
      if (!found) at.fault('pack.unknown-reference', { kind, id })
    }
  }
}

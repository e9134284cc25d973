import { chownSync, closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { isRoot } from './account.ts'

/**
 * Writes a text that only its owner may read (0600), whole or not at all: a reader or a crash sees the old text or the
 * new one. Written by root into another person's folder, it becomes that person's.
 */
export function writePrivate(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`
  const file = openSync(draft, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  if (isRoot()) {
    const { uid, gid } = statSync(dirname(path))
    if (uid !== 0) chownSync(draft, uid, gid)
  }
  renameSync(draft, path)
}

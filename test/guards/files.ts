import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What is installed, built or kept for one machine only; it is no part of the repository. */
const outside = new Set(['node_modules', '.git', '.fourbeams', 'web/dist', 'dist', 'test/output'])

/** Every file of a repository, as sorted paths relative to it. */
export function repositoryFiles(folder: string = root): string[] {
  const found: string[] = []
  const walk = (path: string) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const name = path ? `${path}/${entry.name}` : entry.name
      if (outside.has(name) || entry.name === 'node_modules') continue
      if (entry.isDirectory()) walk(name)
      else if (entry.isFile()) found.push(name)
    }
  }
  walk('')
  return found.sort()
}

/** The files of a repository that hold code and so may import: `.ts`, `.tsx`, `.mjs`. */
export function codeFiles(folder: string = root): string[] {
  return repositoryFiles(folder).filter((file) => /\.(ts|tsx|mjs)$/.test(file))
}

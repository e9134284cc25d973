import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { Problem } from '../src/kernel/problem.ts'

const schema = z.strictObject({
  pack: z.string(),
  scale: z.number(),
  seed: z.number(),
  households: z.number(),
  members: z.number(),
  villages: z.number(),
  /** Names of the files, in the order in which the digest goes over them. */
  files: z.array(z.string().regex(/^[\w.-]+$/)),
  digest: z.string(),
})

/** What a folder of generated files says of itself, in `nation.json`. */
export type Manifest = z.infer<typeof schema>

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, 'nation.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/**
 * Reads the manifest of a folder and compares the files with it, byte by byte. Throws `nation.no-files` when there are no
 * Parquet files of households and members, and `nation.damaged` when they are not those that were generated.
 */
export async function checkedManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'nation.json'), 'utf8').catch(() => {
    throw new Problem('nation.no-files', { folder })
  })
  let manifest: Manifest
  try {
    manifest = schema.parse(JSON.parse(text))
  } catch {
    throw new Problem('nation.damaged', { detail: 'nation.json cannot be read' })
  }
  for (const file of ['households.parquet', 'members.parquet']) {
    if (!manifest.files.includes(file)) throw new Problem('nation.no-files', { folder })
  }
  const digest = await digestOf(manifest.files.map((file) => join(folder, file))).catch((error: Error) => {
    throw new Problem('nation.damaged', { detail: error.message })
  })
  if (digest !== manifest.digest) throw new Problem('nation.damaged', { detail: 'their digest is another' })
  return manifest
}

/** SHA-256 over names and contents of files, in order. */
export async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(`${basename(file)}\n`)
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) hash.update(chunk)
    })
  }
  return hash.digest('hex')
}

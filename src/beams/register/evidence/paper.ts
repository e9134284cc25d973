import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Problem } from '../../../kernel/problem.ts'
import type { Vault } from '../../../platform/access/vault.ts'
import { getFile, safeFileName, storeFile } from '../../../platform/files/store.ts'
import { largestEvidence } from './contract.ts'

export type EvidenceKind = 'pdf' | 'jpeg' | 'png'

/** A paper that is kept, and belongs to no change yet. */
export type Paper = {
  readonly fileName: string
  readonly kind: EvidenceKind
  readonly bytes: number
  readonly sha256: string
  readonly storedAs: string
}

type PaperParts = { readonly home: string; readonly vault: Vault }

/**
 * Takes a paper in: looks at what it is, encrypts it, keeps it. Not in a transaction, because the sender may be slow.
 * Throws a Problem for what is too large or no PDF, JPEG or PNG.
 */
export async function takePaper(
  { home, vault }: PaperParts,
  upload: { readonly fileName: string; readonly content: AsyncIterable<Uint8Array> },
): Promise<Paper> {
  const content = await readWhole(upload.content)
  const kind = kindOf(content)
  if (!kind) throw new Problem('evidence.kind')
  const sha256 = createHash('sha256').update(content).digest('hex')
  const sealed = vault.seal(content, contextOf(sha256))
  const stored = await storeFile(home, inPieces(sealed), { limitBytes: sealed.length })
  return { fileName: safeFileName(upload.fileName), kind, bytes: content.length, sha256, storedAs: stored.sha256 }
}

/** The content of a paper. Throws `vault.damaged` when a byte of it was changed, `request.not-found` when it is gone. */
export async function openPaper(
  { home, vault }: PaperParts,
  paper: Pick<Paper, 'sha256' | 'storedAs'>,
): Promise<Buffer> {
  const { path } = await getFile(home, paper.storedAs)
  return vault.openBytes(await readFile(path), contextOf(paper.sha256))
}

/** What a file is by its first bytes; its name may say anything. */
export function kindOf(content: Uint8Array): EvidenceKind | undefined {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => content[at] === byte)
  if (begins(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'pdf'
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg'
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  return undefined
}

async function readWhole(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of source) {
    bytes += piece.length
    if (bytes > largestEvidence) throw new Problem('request.too-large', { limit: '10 MiB' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

async function* inPieces(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}

function contextOf(sha256: string): string {
  return `evidence ${sha256}`
}

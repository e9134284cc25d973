import type { Vault } from '../../../platform/access/vault.ts'

/** Sensitive values by field id. */
export type Secrets = Readonly<Record<string, string>>

/** Seals the sensitive values of a household or a member; nothing when there are none. */
export function sealSecrets(vault: Vault, secrets: Secrets): Buffer | undefined {
  for (const _ in secrets) return vault.seal(JSON.stringify(secrets), 'register')
  return undefined
}

export function openSecrets(vault: Vault, sealed: Uint8Array | null | undefined): Secrets {
  return sealed ? (JSON.parse(vault.open(sealed, 'register')) as Secrets) : {}
}

/** A sensitive value as shown to those who may not see it: its ends, or nothing of a short one. */
export function maskValue(text: string): string {
  const characters = [...text]
  if (characters.length < 7) return '*'.repeat(characters.length)
  return characters.slice(0, 3).join('') + '*'.repeat(characters.length - 5) + characters.slice(-2).join('')
}

import { useEffect, useState } from 'react'
import type { Mapping } from './mapping.ts'

export type MappingDraft = { readonly mapping: Mapping; readonly period: string; readonly why: string }

/**
 * What a person has chosen for an import and not sent yet. Kept in this tab, so that a reload loses nothing; forgotten
 * once it was sent.
 */
export function useMappingDraft(importId: number, first: MappingDraft) {
  const key = `fourbeams.import.${importId}`
  const [draft, setDraft] = useState<MappingDraft>(() => read(key, first.mapping.length) ?? first)
  useEffect(() => {
    try {
      sessionStorage.setItem(key, JSON.stringify(draft))
    } catch {
      // A browser that keeps nothing loses the draft with the tab; the page works all the same.
    }
  }, [key, draft])
  return { draft, setDraft, forget: () => sessionStorage.removeItem(key) }
}

function read(key: string, columns: number): MappingDraft | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<MappingDraft> | null
    if (!kept || !Array.isArray(kept.mapping) || kept.mapping.length !== columns) return undefined
    return { mapping: kept.mapping, period: String(kept.period ?? ''), why: String(kept.why ?? '') }
  } catch {
    return undefined
  }
}

import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { codeFiles } from './files.ts'

const configuration = fileURLToPath(new URL('../../.dependency-cruiser.mjs', import.meta.url))

/** One import that the rules refuse. */
export type Refusal = { readonly rule: string; readonly from: string; readonly to: string; readonly why: string }

/**
 * Reads every import of a tree and holds it against the import rules.
 * `unseen` lists code files that the cruise did not read: with a TypeScript that it does not understand,
 * dependency-cruiser reads nothing and reports no fault, so a silent cruise must count as a failed one.
 */
export async function cruiseHouse(root: string): Promise<{ cruised: number; unseen: string[]; refusals: Refusal[] }> {
  const options: ICruiseOptions = await extractOptions(configuration)
  const files = codeFiles(root)
  const folders = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]!))]
  const alone = files.filter((file) => !file.includes('/'))
  const { output } = await cruise([...folders, ...alone], { ...options, validate: true, baseDir: root })
  const result = output as ICruiseResult
  const read = new Set(result.modules.map((module) => module.source))
  const comments = new Map((options.ruleSet?.forbidden ?? []).map((rule) => [rule.name, rule.comment ?? '']))
  return {
    cruised: files.filter((file) => read.has(file)).length,
    unseen: files.filter((file) => !read.has(file)),
    refusals: result.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      why: comments.get(rule.name) ?? '',
    })),
  }
}

/** The refusals as text for a person: rule, import and reason. */
export function describeRefusals(refusals: readonly Refusal[]): string {
  return refusals.map(({ rule, from, to, why }) => `${from} → ${to}\n  [${rule}] ${why}`).join('\n')
}

import axe from 'axe-core'
import type { Page } from 'playwright-core'

type Finding = { id: string; help: string; nodes: { target: unknown; failureSummary?: string }[] }

/** Everything that axe finds wrong with a page as it stands, one line for each element. */
export async function axeFindings(page: Page): Promise<string[]> {
  // As text: a script element would be refused by our own content policy, which stays on in tests.
  await page.evaluate(`window.axe ?? (() => { ${axe.source} })()`)
  const findings = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )) as Finding[]
  return findings.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${String(target)} (${failureSummary ?? ''})`),
  )
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { getAvailableTranspilers } from 'dependency-cruiser'
import { afterEach, describe, expect, it } from 'vitest'
import { cruiseHouse, describeRefusals } from './directions.ts'
import { codeFiles, root } from './files.ts'

let built: string | undefined

afterEach(() => {
  if (built) rmSync(built, { recursive: true, force: true })
  built = undefined
})

/** A small house in a folder of its own: every file exports something, and imports what the test says. */
function build(files: Record<string, readonly string[]>): string {
  built = mkdtempSync(join(tmpdir(), 'fourbeams-house-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(built!, path)), { recursive: true })
    writeFileSync(join(built!, path), text)
  }
  write('package.json', JSON.stringify({ dependencies: { real: '1' }, devDependencies: { tool: '1' } }))
  for (const name of ['real', 'tool', 'stray']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'export const value = 1\n')
  }
  for (const [path, imports] of Object.entries(files)) {
    const lines = imports.map((from, index) =>
      from.startsWith('type ')
        ? `import type { value as v${index} } from '${from.slice(5)}'`
        : `import { value as v${index} } from '${from}'`,
    )
    const uses = imports.map((from, index) =>
      from.startsWith('type ') ? `export type T${index} = typeof v${index}` : `console.log(v${index})`,
    )
    write(path, [...lines, ...uses, 'export const value = 1', ''].join('\n'))
  }
  return built
}

/** The rooms of a sound house, each using all that it may. */
const sound: Record<string, readonly string[]> = {
  'src/kernel/money.ts': [],
  'src/kernel/money.test.ts': ['./money.ts', 'tool', '../../test/support/seed.ts'],
  'src/platform/db/index.ts': ['../../kernel/money.ts', 'real', 'node:fs'],
  'src/platform/http/index.ts': ['../db/index.ts', './contract.ts'],
  'src/platform/http/contract.ts': ['../../kernel/money.ts', 'real'],
  'src/policy/pack.ts': ['../kernel/money.ts', 'type tool'],
  'src/beams/register/index.ts': ['./queries.ts', './contract.ts', '../../policy/pack.ts'],
  'src/beams/register/queries.ts': ['../../platform/db/index.ts'],
  'src/beams/register/contract.ts': ['../../platform/http/contract.ts', 'type ./queries.ts'],
  'src/beams/procedure/index.ts': ['../register/index.ts'],
  'src/columns/standing/index.ts': ['../../beams/procedure/index.ts', '../../beams/register/index.ts', './contract.ts'],
  'src/columns/standing/contract.ts': ['../../platform/http/contract.ts'],
  'src/columns/finance/index.ts': ['../../beams/register/index.ts'],
  'src/app/server.ts': [
    '../columns/standing/index.ts',
    '../columns/finance/index.ts',
    '../beams/register/queries.ts',
    '../platform/http/index.ts',
  ],
  'src/cli/main.ts': ['../app/server.ts', '../kernel/money.ts', '../../nation/main.ts'],
  'nation/main.ts': ['../src/beams/register/index.ts'],
  'bench/main.ts': ['../nation/main.ts', '../src/app/server.ts', 'tool'],
  'test/support/seed.ts': ['tool'],
  'test/journeys/import.test.ts': ['../../nation/main.ts', '../support/seed.ts', '../../src/app/server.ts'],
  'web/lib/api.ts': ['../../src/columns/standing/contract.ts', '../../src/kernel/money.ts'],
  'web/ui/table.tsx': ['../lib/api.ts', 'tool'],
  'web/columns/standing/card.tsx': ['../../ui/table.tsx', '../../../src/columns/standing/contract.ts'],
  'web/columns/finance/budget.tsx': ['../../ui/table.tsx'],
  'web/columns/register/list.tsx': ['../../ui/table.tsx', '../../../src/beams/register/contract.ts'],
  'web/app/main.tsx': ['../columns/register/list.tsx', '../columns/standing/card.tsx', '../columns/finance/budget.tsx'],
}

/** Wrong imports: file, what it imports, and the rule that must refuse it. */
const wrong: readonly (readonly [file: string, to: string, rule: string])[] = [
  ['src/kernel/wrong.ts', '../policy/pack.ts', 'room kernel'],
  ['src/kernel/wrong-type.ts', 'type ../policy/pack.ts', 'room kernel'],
  ['src/kernel/wrong-machine.ts', 'node:fs', 'no machine in kernel or contract'],
  ['src/platform/db/wrong.ts', '../../policy/pack.ts', 'room platform'],
  ['src/platform/http/wrong.ts', '../../beams/register/index.ts', 'room platform'],
  ['src/policy/wrong.ts', '../platform/db/index.ts', 'room policy'],
  ['src/beams/register/wrong.ts', '../procedure/index.ts', 'room beams/register'],
  ['src/beams/procedure/wrong.ts', '../register/queries.ts', 'room beams/procedure'],
  ['src/beams/procedure/wrong-column.ts', '../../columns/standing/index.ts', 'room beams/procedure'],
  ['src/beams/procedure/wrong.test.ts', '../register/queries.ts', 'tests of beams/procedure'],
  ['src/columns/finance/wrong.ts', '../standing/index.ts', 'room columns/finance'],
  ['src/columns/finance/wrong-contract.ts', '../standing/contract.ts', 'room columns/finance'],
  ['src/columns/finance/wrong-beam.ts', '../../beams/register/queries.ts', 'room columns/finance'],
  ['src/columns/finance/wrong-app.ts', '../../app/server.ts', 'room columns/finance'],
  ['src/app/wrong.ts', '../cli/main.ts', 'room app'],
  ['src/app/wrong-nation.ts', '../../nation/main.ts', 'room app'],
  ['src/app/wrong-test.ts', '../../test/support/seed.ts', 'room app'],
  ['src/app/wrong-web.ts', '../../web/lib/api.ts', 'room app'],
  ['src/cli/wrong.ts', '../../bench/main.ts', 'room cli'],
  ['nation/wrong.ts', '../bench/main.ts', 'room nation'],
  ['web/lib/wrong.ts', '../../src/beams/register/index.ts', 'room web/lib'],
  ['web/lib/wrong-ui.ts', '../ui/table.tsx', 'room web/lib'],
  ['web/ui/wrong.tsx', '../columns/standing/card.tsx', 'room web/ui'],
  ['web/columns/standing/wrong.tsx', '../finance/budget.tsx', 'room web/columns/standing'],
  ['web/columns/register/wrong.tsx', '../finance/budget.tsx', 'room web/columns/register'],
  ['web/columns/standing/wrong-app.tsx', '../../app/main.tsx', 'room web/columns/standing'],
  ['web/app/wrong.tsx', '../../src/platform/db/index.ts', 'room web/app'],
  ['src/beams/procedure/contract.ts', './index.ts', 'contract is data'],
  ['src/app/wrong-tool.ts', 'tool', 'runtime packages'],
  ['src/app/wrong-stray.ts', 'stray', 'listed packages'],
  ['src/app/wrong-nothing.ts', './nothing.ts', 'resolvable'],
  ['src/annex/wrong.ts', '../kernel/money.ts', 'closed room'],
  ['web/annex/wrong.tsx', '../lib/api.ts', 'closed room'],
  ['scripts/wrong.ts', '../src/kernel/money.ts', 'closed room'],
]

describe('the import rules', () => {
  it('let a sound house pass', async () => {
    const { refusals, unseen, cruised } = await cruiseHouse(build(sound))
    expect(describeRefusals(refusals)).toBe('')
    expect(unseen).toEqual([])
    expect(cruised).toBe(Object.keys(sound).length)
  })

  it(`refuse each of ${wrong.length} planted wrong imports by its own rule`, async () => {
    const planted = Object.fromEntries(wrong.map(([file, to]) => [file, [to]]))
    const { refusals } = await cruiseHouse(build({ ...sound, ...planted }))
    const seen = refusals.map(({ from, rule }) => `${from} [${rule}]`)
    for (const [file, , rule] of wrong) expect(seen, file).toContain(`${file} [${rule}]`)
    const guilty = new Set(wrong.map(([file]) => file))
    expect(refusals.filter(({ from }) => !guilty.has(from))).toEqual([])
  })

  it('refuse to open a room that is not in the list', async () => {
    const { refusals } = await cruiseHouse(
      build({ ...sound, 'src/annex/room.ts': [], 'src/app/wrong.ts': ['../annex/room.ts'] }),
    )
    expect(refusals.map(({ from, rule }) => `${from} [${rule}]`)).toContain('src/app/wrong.ts [closed door]')
  })

  it('refuse circles, also of types, and files that nobody is connected to', async () => {
    const { refusals } = await cruiseHouse(
      build({
        ...sound,
        'src/app/one.ts': ['./two.ts'],
        'src/app/two.ts': ['type ./one.ts'],
        'src/kernel/lonely.ts': [],
      }),
    )
    expect(refusals.map(({ from, rule }) => `${from} [${rule}]`).sort()).toEqual([
      'src/app/one.ts [no circles]',
      'src/kernel/lonely.ts [no orphans]',
    ])
  })

  it('are really held against every code file of this repository', async () => {
    expect(getAvailableTranspilers().find(({ name }) => name === 'typescript')?.available).toBe(true)
    const { cruised, unseen } = await cruiseHouse(root)
    expect(unseen).toEqual([])
    expect(cruised).toBe(codeFiles().length)
    expect(cruised).toBeGreaterThan(15)
  })
})

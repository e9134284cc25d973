import type { IForbiddenRuleType } from 'dependency-cruiser'

/**
 * The house as an ordered list of rooms. The import rules are generated from it, so the order is the architecture:
 * a beam may lean on the beams named before it, never on one after it. A folder that is not named here may neither
 * import nor be imported: a new room is closed until somebody writes down what it may know.
 */
export const platform = ['db', 'http', 'access', 'audit', 'jobs', 'files', 'analysis', 'backup', 'views'] as const
export const beams = ['register', 'procedure', 'ledger', 'indicator'] as const
export const columns = [
  'standing',
  'planning',
  'finance',
  'responsibility',
  'assistance',
  'partnership',
  'oversight',
  'publicity',
] as const

/** A room: the regular expression of its files, and those of the files it may import besides its own. */
export type Room = { readonly name: string; readonly at: string; readonly may: readonly string[]; readonly why: string }

const kernel = '^src/kernel/'
const tools = `^src/platform/(${platform.join('|')})/`
const policy = '^src/policy/'
const foundation = [kernel, tools, policy]
const door = (names: readonly string[]) => (names.length ? [`^src/beams/(${names.join('|')})/index\\.ts$`] : [])
const engine = [...foundation, `^src/beams/(${beams.join('|')})/`, `^src/columns/(${columns.join('|')})/`]
const app = '^src/app/'
/** Pages are grouped by column of work; a beam that people work on directly, such as the register, has pages too. */
const pages = [...beams, ...columns]
const contracts = '^src/.+/contract\\.ts$'

export const rooms: readonly Room[] = [
  {
    name: 'kernel',
    at: kernel,
    may: [],
    why: 'The kernel is read by everybody, the browser too; it imports nothing of ours.',
  },
  {
    name: 'platform',
    at: tools,
    may: [kernel],
    why: 'Platform tools know nothing of poverty: they import the kernel only.',
  },
  {
    name: 'policy',
    at: policy,
    may: [kernel],
    why: 'Policy reads packs without database or server: it imports the kernel only.',
  },
  ...beams.map((name, index) => ({
    name: `beams/${name}`,
    at: `^src/beams/${name}/`,
    may: [...foundation, ...door(beams.slice(0, index))],
    why: 'A beam imports kernel, platform, policy and the index.ts of the beams listed before it.',
  })),
  ...columns.map((name) => ({
    name: `columns/${name}`,
    at: `^src/columns/${name}/`,
    may: [...foundation, ...door(beams)],
    why: 'A column imports kernel, platform, policy and the index.ts of any beam; columns meet only on the beams.',
  })),
  {
    name: 'app',
    at: app,
    may: engine,
    why: 'The app puts the parts of src together; it knows no command, nation or test.',
  },
  {
    name: 'cli',
    at: '^src/cli/',
    may: [...engine, app, '^nation/'],
    why: 'A command is a thin file over src and the nation that it can generate; it knows no bench or test.',
  },
  {
    name: 'policies',
    at: '^policies/',
    may: ['^src/'],
    why: 'A pack is data; only the tests beside it read the engine.',
  },
  { name: 'nation', at: '^nation/', may: ['^src/'], why: 'The synthetic nation is a user of src.' },
  { name: 'bench', at: '^bench/', may: ['^src/', '^nation/'], why: 'A bench measures src on the synthetic nation.' },
  {
    name: 'test',
    at: '^test/',
    may: ['^src/', '^nation/', '^bench/', '^policies/', '^web/', '^bin/'],
    why: 'Tests may look at everything.',
  },
  {
    name: 'bin',
    at: '^bin/',
    may: [],
    why: 'The starters run under an older Node: they start src, they do not import it.',
  },
  {
    name: 'web/lib',
    at: '^web/lib/',
    may: [kernel, contracts],
    why: 'web/lib serves every page: no ui, no column, no app.',
  },
  {
    name: 'web/ui',
    at: '^web/ui/',
    may: [kernel, contracts, '^web/lib/'],
    why: 'web/ui serves every page: no column, no app.',
  },
  ...pages.map((name) => ({
    name: `web/columns/${name}`,
    at: `^web/columns/${name}/`,
    may: [kernel, contracts, '^web/(lib|ui)/'],
    why: 'Columns of the web never import each other; web/app combines them.',
  })),
  {
    name: 'web/app',
    at: '^web/app/',
    may: [kernel, contracts, `^web/(lib|ui|columns/(${pages.join('|')}))/`],
    why: 'The web knows of the server only the kernel and the contracts.',
  },
]

const tests = '\\.test\\.tsx?$'
const ours = '^(?!node_modules/)[^/]+/'
/** Configuration of tools stands beside what it configures and belongs to no room. */
const configuration = '(^|/)[^/]+\\.config\\.ts$'

/** The import rules of the whole house, as errors, in the words of dependency-cruiser. */
export function importRules(): IForbiddenRuleType[] {
  const listed = rooms.map((room) => room.at)
  const error = { severity: 'error' } as const
  return [
    ...rooms.flatMap(({ name, at, may, why }): IForbiddenRuleType[] => [
      {
        ...error,
        name: `room ${name}`,
        comment: why,
        from: { path: at, pathNot: tests },
        to: { path: ours, pathNot: [at, ...may], dependencyTypesNot: ['core'], couldNotResolve: false },
      },
      {
        ...error,
        name: `tests of ${name}`,
        comment: `${why} Its tests may also use test/support.`,
        from: { path: `${at}.*${tests}` },
        to: {
          path: ours,
          pathNot: [at, ...may, '^test/support/'],
          dependencyTypesNot: ['core'],
          couldNotResolve: false,
        },
      },
    ]),
    {
      ...error,
      name: 'closed room',
      comment: 'This folder is not in the list of rooms (test/guards/house.ts), so it may import nothing.',
      from: { path: ours, pathNot: [...listed, configuration] },
      to: { path: '.' },
    },
    {
      ...error,
      name: 'closed door',
      comment: 'This folder is not in the list of rooms (test/guards/house.ts), so nobody may import it.',
      from: {},
      to: { path: ours, pathNot: [...listed, configuration], dependencyTypesNot: ['core'], couldNotResolve: false },
    },
    {
      ...error,
      name: 'contract is data',
      comment: 'A contract is read by the browser: at run time it needs the kernel, other contracts and packages only.',
      from: { path: contracts },
      to: { path: '^src/', pathNot: [kernel, contracts], dependencyTypesNot: ['type-only'] },
    },
    {
      ...error,
      name: 'no machine in kernel or contract',
      comment: 'Kernel and contracts run in the browser, which has no node: modules.',
      from: { path: [kernel, contracts], pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      ...error,
      name: 'runtime packages',
      comment: 'What runs in production may not lean on a package that is installed for development only.',
      from: { path: '^(src|nation|bin)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      ...error,
      name: 'listed packages',
      comment: 'A package that is used must be named in package.json.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      ...error,
      name: 'resolvable',
      comment: 'Nothing stands where this import points.',
      from: {},
      // What the build makes for the web has no file.
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      ...error,
      name: 'no circles',
      comment: 'A imports B imports A: find the noun that wants out.',
      from: {},
      to: { circular: true },
    },
    {
      ...error,
      name: 'no orphans',
      comment: 'Nobody uses this file and it uses nobody: delete it, or connect it.',
      from: { orphan: true, path: '^(src|web)/', pathNot: [tests, '\\.d\\.ts$', configuration] },
      to: {},
    },
  ]
}

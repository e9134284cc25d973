import type { Thing } from './targets.ts'

/** One way of asking a route for a thing. */
export type Case = {
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: unknown
  /** Content of a spreadsheet to upload. */
  readonly upload?: string
  /**
   * Where the thing lies. Somebody whose place does not cover it must get the same answer as for its twin.
   * - hamlet, ford: there
   * - across: a filter by the ford; who sits below it may still see the part that is his
   * - nowhere: the thing is never the caller's
   * - absent: the answer is not about the thing; only searched for what must not be in it
   */
  readonly at: 'hamlet' | 'ford' | 'across' | 'nowhere' | 'absent'
  /** The answer may hold sensitive values in full for those in reach. */
  readonly opens?: boolean
}

/** The rows of the matrix: for each contract, how a thing can be named in path, query and body. */
export const matrix: Readonly<Record<string, (thing: Thing) => Case[]>> = {
  'session.open': (thing) => [{ body: { login: thing.login, password: 'not the password' }, at: 'nowhere' }],
  'session.show': () => [{ at: 'absent' }],
  'session.close': () => [{ at: 'absent' }],
  'session.choose-post': (thing) => [{ body: { post: thing.post }, at: 'nowhere' }],
  'session.prove': () => [{ body: { password: 'not the password' }, at: 'nowhere' }],
  'session.choose-language': () => [{ body: { language: 'en' }, at: 'absent' }],
  'session.list': () => [{ at: 'absent' }],
  'session.end': (thing) => [{ params: { session: thing.session }, at: 'nowhere' }],
  'session.end-all': () => [{ at: 'absent' }, { query: { keep: 'this' }, at: 'absent' }],
  'account.change-password': (thing) => [
    { body: { password: `password of ${thing.login}`, fresh: 'three lanterns by a ford' }, at: 'nowhere' },
  ],
  'account.show-factor': () => [{ at: 'absent' }],
  'account.begin-factor': (thing) => [{ body: { password: `password of ${thing.login}` }, at: 'nowhere' }],
  'account.confirm-factor': () => [{ body: { code: '123456' }, at: 'nowhere' }],
  'account.renew-recovery': (thing) => [
    { body: { password: `password of ${thing.login}`, code: '123456' }, at: 'nowhere' },
  ],
  'account.remove-factor': (thing) => [
    { body: { password: `password of ${thing.login}`, code: '123456' }, at: 'nowhere' },
  ],

  'pack.show': () => [{ at: 'absent' }],
  'pack.about': () => [{ at: 'absent' }],
  'health.show': () => [{ at: 'absent' }],

  'job.list': (thing): Case[] => [
    { at: 'absent' },
    { query: { open: 'yes' }, at: 'absent' },
    { query: { before: thing.job + 1, limit: 1 }, at: 'absent' },
  ],
  'job.show': (thing) => [{ params: { job: thing.job }, at: 'ford' }],
  'job.cancel': (thing) => [{ params: { job: thing.job }, at: 'ford' }],

  'place.show': (thing) => [
    { params: { code: thing.hamlet }, at: 'hamlet' },
    { params: { code: thing.ford }, at: 'ford' },
  ],
  'view.list': () => [{ at: 'absent' }, { query: { page: '/register' }, at: 'absent' }],
  'view.save': (thing) => [
    { body: { name: 'Mine', page: '/register', query: `place=${thing.hamlet}`, shared: true }, at: 'absent' },
  ],
  'view.remove': (thing) => [{ params: { view: thing.household + 500_000_000 }, at: 'nowhere' }],

  'place.change': (thing): Case[] => {
    const wish = (change: unknown) => ({ effectiveOn: '2031-11-20', why: 'by decree', preview: true, change })
    return [
      { params: { code: thing.hamlet }, body: wish({ kind: 'rename', name: 'Elsewhere' }), at: 'hamlet' },
      { params: { code: thing.ford }, body: wish({ kind: 'merge', into: thing.ford }), at: 'ford' },
    ]
  },
  'place.history': (thing) => [
    { params: { code: thing.hamlet }, at: 'hamlet' },
    { params: { code: thing.ford }, at: 'ford' },
  ],
  'place.find': (thing) => [{ query: { text: thing.officialCode }, at: 'hamlet' }],

  'map.counts': (thing): Case[] => [
    { query: { place: thing.hamlet, measure: 'households' }, at: 'hamlet' },
    { query: { place: thing.ford, measure: 'share', status: 'in', cause: 'FL' }, at: 'ford' },
    { query: { measure: 'mean-size' }, at: 'absent' },
  ],
  'map.shapes': (thing): Case[] => [
    { query: { place: thing.ford }, at: 'ford' },
    { query: { place: thing.hamlet }, at: 'hamlet' },
    { at: 'absent' },
  ],

  'household.list': (thing) => [
    { at: 'absent' },
    { query: { limit: 1 }, at: 'absent' },
    { query: { place: thing.hamlet }, at: 'hamlet' },
    { query: { place: thing.hamlet, columns: 'lantern' }, at: 'hamlet' },
    { query: { place: thing.ford, status: 'in', cause: 'FL', sizeFrom: 1, sizeTo: 9, period: '2031' }, at: 'across' },
    { query: { after: `${thing.hamlet}.${thing.household}` }, at: 'hamlet' },
    { query: { place: thing.hamlet, asOf: '2031-11-20' }, at: 'hamlet' },
    { query: { text: thing.head, knownAt: '2031-11-20T23:00:00Z' }, at: 'hamlet' },
    ...searches(thing).map((text): Case => ({ query: { text }, at: 'hamlet' })),
  ],
  'household.count': (thing): Case[] => [
    { at: 'absent' },
    { query: { place: thing.hamlet }, at: 'hamlet' },
    { query: { text: thing.head }, at: 'hamlet' },
    { query: { place: thing.hamlet, asOf: '2031-11-20' }, at: 'hamlet' },
    { query: { text: thing.document }, at: 'hamlet' },
    { query: { text: thing.document.slice(-4) }, at: 'hamlet' },
  ],
  'household.group': (thing): Case[] => [
    { query: { by: 'status' }, at: 'absent' },
    { query: { by: 'cause', place: thing.hamlet }, at: 'hamlet' },
  ],
  'household.export': (thing): Case[] => [
    { query: { format: 'csv' }, at: 'absent' },
    { query: { format: 'csv', place: thing.hamlet, columns: 'lantern' }, at: 'hamlet' },
    { query: { format: 'csv', households: String(thing.household) }, at: 'hamlet' },
    { query: { format: 'csv', shape: 'cards', text: thing.document }, at: 'hamlet' },
    {
      query: { format: 'csv', shape: 'cards', text: thing.head, identities: 'full', why: 'a test' },
      at: 'hamlet',
      opens: true,
    },
    { query: { format: 'xlsx', shape: 'cards', place: thing.ford }, at: 'across' },
  ],
  'household.template': () => [{ query: { format: 'csv' }, at: 'absent' }],
  'household.show': (thing) => [
    { params: { household: thing.household }, at: 'hamlet' },
    { params: { household: thing.household }, query: { period: thing.period }, at: 'hamlet' },
  ],
  'household.history': (thing) => [{ params: { household: thing.household }, at: 'hamlet' }],
  'household.change': (thing) => [
    {
      params: { household: thing.household },
      body: {
        version: 1,
        key: '00000000-0000-4000-8000-000000000000',
        effectiveOn: '2031-11-20',
        why: 'a test',
        preview: true,
        change: { kind: 'correct-facts', period: thing.period },
      },
      at: 'hamlet',
    },
  ],
  'household.add-evidence': (thing) => [
    { params: { household: thing.household, action: 1 }, upload: '%PDF-1.7 a test', at: 'hamlet' },
  ],
  'household.open-evidence': (thing) => [{ params: { household: thing.household, evidence: 1 }, at: 'hamlet' }],
  'household.past': (thing) => [
    { params: { household: thing.household }, at: 'hamlet' },
    { params: { household: thing.household }, query: { asOf: '2031-11-20' }, at: 'hamlet' },
  ],
  'household.access': (thing) => [
    { params: { household: thing.household }, at: 'hamlet' },
    { params: { household: thing.household }, query: { limit: 1 }, at: 'hamlet' },
  ],
  'household.reveal': (thing) => [
    { params: { household: thing.household }, body: { why: 'a test' }, at: 'hamlet', opens: true },
  ],

  'card.print': (thing) => [
    {
      params: { household: thing.household },
      query: { language: 'en', identities: 'full', why: 'a test' },
      at: 'hamlet',
      opens: true,
    },
  ],
  'card.print-place': (thing) => [{ params: { code: thing.hamlet }, at: 'hamlet' }],
  'card.list': (thing) => [{ params: { household: thing.household }, at: 'hamlet' }],
  'card.revoke': (thing) => [{ params: { household: thing.household, no: 1 }, body: { why: 'a test' }, at: 'hamlet' }],
  'card.check': (thing) => [{ params: { token: thing.card }, at: 'absent' }],
  'place-card.list': (thing) => [{ params: { code: thing.hamlet }, at: 'hamlet' }],
  'place-card.show': (thing): Case[] => [
    { params: { code: thing.hamlet, form: 'hamlet_card' }, at: 'hamlet' },
    { params: { code: thing.hamlet, form: 'hamlet_card' }, query: { asOf: '2031-11-20' }, at: 'hamlet' },
  ],
  'place-card.history': (thing) => [{ params: { code: thing.hamlet, form: 'hamlet_card' }, at: 'hamlet' }],
  'place-card.change': (thing) => [
    {
      params: { code: thing.hamlet, form: 'hamlet_card' },
      body: {
        version: 1,
        key: '00000000-0000-4000-8000-000000000000',
        effectiveOn: '2031-11-20',
        why: 'a test',
        preview: true,
        change: { kind: 'correct-facts', period: '2031', facts: { hearths: 3 } },
      },
      at: 'hamlet',
    },
  ],
  'period.list': (): Case[] => [{ at: 'absent' }, { query: { limit: 1, form: 'hearth' }, at: 'absent' }],
  'period.open': (thing) => [
    { body: { form: 'hearth', period: '2030', place: thing.hamlet, why: 'a test' }, at: 'hamlet' },
  ],
  'period.show': (thing) => [{ params: { period: thing.opening }, at: 'hamlet' }],
  'period.progress': (thing): Case[] => [
    { params: { period: thing.opening }, at: 'hamlet' },
    { params: { period: thing.opening }, query: { place: thing.hamlet }, at: 'hamlet' },
  ],
  'period.due': (thing): Case[] => [
    { params: { period: thing.opening }, at: 'hamlet' },
    { params: { period: thing.opening }, query: { place: thing.hamlet, worker: 1, limit: 1 }, at: 'hamlet' },
    { params: { period: thing.opening }, query: { after: `${thing.hamlet}.1` }, at: 'hamlet' },
  ],
  'period.due-sheet': (thing) => [{ params: { period: thing.opening }, query: { format: 'csv' }, at: 'hamlet' }],
  'period.workers': (thing): Case[] => [
    { params: { period: thing.opening }, at: 'hamlet' },
    { params: { period: thing.opening }, query: { place: thing.hamlet, after: `${thing.hamlet}.0` }, at: 'hamlet' },
  ],
  'period.close': (thing) => [{ params: { period: thing.opening }, body: { why: 'a test' }, at: 'hamlet' }],

  'import.upload': (thing) => [{ upload: `hamlet,hearth,called\n${thing.officialCode},X,Y\n`, at: 'absent' }],
  'import.list': (thing): Case[] => [
    { at: 'absent' },
    { query: { limit: 1 }, at: 'absent' },
    { query: { before: thing.imports.done + 1 }, at: 'absent' },
  ],
  'import.show': (thing) => Object.values(thing.imports).map((id): Case => ({ params: { import: id }, at: 'ford' })),
  'import.faults': (thing) => [
    { params: { import: thing.imports.checked }, at: 'ford' },
    { params: { import: thing.imports.checked }, query: { after: 1, limit: 1 }, at: 'ford' },
  ],
  'import.error-sheet': (thing) => [
    { params: { import: thing.imports.checked }, query: { format: 'csv' }, at: 'ford' },
    { params: { import: thing.imports.checked }, query: { format: 'xlsx' }, at: 'ford' },
  ],
  'import.held': (thing) => [
    { params: { import: thing.imports.checked }, at: 'ford' },
    {
      params: { import: thing.imports.checked },
      query: { afterPlace: thing.held.place, afterNumber: thing.held.number },
      at: 'ford',
    },
  ],
  'import.decide-held': (thing) => [
    { params: { import: thing.imports.checked }, body: { ...thing.held, decision: 'discard' }, at: 'ford' },
    { params: { import: thing.imports.checked }, body: { ...thing.held, decision: 'register' }, at: 'ford' },
  ],
  'import.check': (thing) => [
    {
      params: { import: thing.imports.check },
      body: { mapping: thing.mapping, period: thing.period, why: 'a test' },
      at: 'ford',
    },
  ],
  'import.start': (thing) => [{ params: { import: thing.imports.start }, at: 'ford' }],
  'import.drop': (thing) => [{ params: { import: thing.imports.drop }, at: 'ford' }],
  'import.undo': (thing) => [{ params: { import: thing.imports.undo }, body: { why: 'a test' }, at: 'ford' }],

  'user.list': (thing): Case[] => [
    { at: 'absent' },
    { query: { state: 'ended', limit: 1 }, at: 'absent' },
    { query: { place: thing.hamlet }, at: 'hamlet' },
    { query: { place: thing.ford, role: 'warden', state: 'open' }, at: 'across' },
    { query: { text: thing.login }, at: 'ford' },
    { query: { after: `${thing.hamlet}.${thing.post}` }, at: 'hamlet' },
  ],
  'user.roles': () => [{ at: 'absent' }],
  'user.show': (thing) => [{ params: { account: thing.account }, at: 'ford' }],
  'user.add': (thing) => [
    {
      body: { login: `newcomer-${++newcomers}`, name: 'New', role: 'clerk', place: thing.hamlet },
      at: 'hamlet',
    },
    { body: { login: `newcomer-${++newcomers}`, name: 'New', role: 'warden', place: thing.ford }, at: 'ford' },
  ],
  'user.add-post': (thing) => [
    { params: { account: thing.deputy }, body: { role: 'warden', place: thing.ford }, at: 'ford' },
  ],
  'user.end-post': (thing) => [{ params: { account: thing.account, post: thing.post }, body: {}, at: 'ford' }],
  'user.disable': (thing) => [{ params: { account: thing.account }, at: 'ford' }],
  'user.enable': (thing) => [{ params: { account: thing.account }, at: 'ford' }],
  'user.reset-password': (thing) => [{ params: { account: thing.account }, at: 'ford' }],
  'user.reset-factor': (thing) => [{ params: { account: thing.deputy }, at: 'ford' }],
  'user.end-sessions': (thing) => [
    { params: { account: thing.account }, at: 'ford' },
    { params: { account: thing.deputy }, at: 'ford' },
  ],
}

/** How many accounts have been asked for: each needs a sign-in name of its own. */
let newcomers = 0

/** Which right each route needs, written down a second time: a slip in a contract must not agree with itself. */
export const rightsNeeded: Readonly<Record<string, string>> = {
  'session.open': 'public',
  'session.show': 'signed-in',
  'session.close': 'signed-in',
  'session.choose-post': 'signed-in',
  'session.prove': 'signed-in',
  'session.choose-language': 'signed-in',
  'session.list': 'signed-in',
  'session.end': 'signed-in',
  'session.end-all': 'signed-in',
  'account.change-password': 'signed-in',
  'account.show-factor': 'signed-in',
  'account.begin-factor': 'signed-in',
  'account.confirm-factor': 'signed-in',
  'account.renew-recovery': 'signed-in',
  'account.remove-factor': 'signed-in',
  'pack.show': 'signed-in',
  'pack.about': 'public',
  'health.show': 'public',
  'job.list': 'job.read',
  'job.show': 'job.read',
  'job.cancel': 'job.read',
  'place.show': 'place.read',
  'place.change': 'place.manage',
  'view.list': 'signed-in',
  'view.save': 'signed-in',
  'view.remove': 'signed-in',
  'place.history': 'place.read',
  'place.find': 'place.read',
  'map.counts': 'place.read',
  'map.shapes': 'place.read',
  'household.list': 'household.read',
  'household.count': 'household.read',
  'household.group': 'household.read',
  'household.template': 'household.read',
  'household.show': 'household.read',
  'household.history': 'household.read',
  'household.export': 'household.export',
  'household.change': 'household.change',
  'household.add-evidence': 'household.change',
  'household.open-evidence': 'household.change',
  'household.past': 'household.read',
  'household.access': 'audit.read',
  'household.reveal': 'identity.reveal',
  'card.print': 'household.export',
  'card.print-place': 'household.export',
  'card.list': 'household.export',
  'card.revoke': 'household.export',
  'card.check': 'public',
  'place-card.list': 'place.read',
  'place-card.show': 'place.read',
  'place-card.history': 'place.read',
  'place-card.change': 'household.change',
  'period.list': 'household.read',
  'period.open': 'period.manage',
  'period.show': 'household.read',
  'period.progress': 'household.read',
  'period.due': 'household.read',
  'period.due-sheet': 'household.export',
  'period.workers': 'household.read',
  'period.close': 'period.manage',
  'import.upload': 'household.import',
  'import.list': 'household.import',
  'import.show': 'household.import',
  'import.faults': 'household.import',
  'import.error-sheet': 'household.import',
  'import.held': 'household.import',
  'import.decide-held': 'household.import',
  'import.check': 'household.import',
  'import.start': 'household.import',
  'import.drop': 'household.import',
  'import.undo': 'household.import',
  'user.list': 'user.manage',
  'user.roles': 'user.manage',
  'user.show': 'user.manage',
  'user.add': 'user.manage',
  'user.add-post': 'user.manage',
  'user.end-post': 'user.manage',
  'user.disable': 'user.manage',
  'user.enable': 'user.manage',
  'user.reset-password': 'user.manage',
  'user.reset-factor': 'user.manage',
  'user.end-sessions': 'user.manage',
}

/** What somebody who knows a person could type into the search box. */
function searches(thing: Thing): string[] {
  const initials = thing.head
    .split(' ')
    .map((word) => word[0]!)
    .join('')
  return [
    thing.head,
    thing.head.toLowerCase(),
    thing.head.slice(0, 6),
    initials,
    thing.member,
    thing.number,
    thing.document,
    thing.document.slice(-4),
  ]
}

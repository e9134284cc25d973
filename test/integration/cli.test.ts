import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { root } from '../../src/app/open.ts'
import { buildProgram, runCommand } from '../../src/cli/program.ts'
import { type Embedded, startEmbedded } from '../../src/platform/db/embedded/index.ts'
import { csv, HEADINGS, households } from '../support/households.ts'
import { pack } from '../support/packs.ts'
import { readSheet } from '../support/spreadsheets.ts'

/** The command line as it is called: a process of its own each time, on one home whose server runs. */
const home = mkdtempSync(join(tmpdir(), 'fourbeams-cli-'))
const compiled = join(root, 'node_modules', '.cache', 'compiled')
const at = (name: string) => join(home, name)
let server: Embedded

beforeAll(async () => {
  server = await startEmbedded({ home })
  const made = await run('place', 'import', join(root, 'policies/riverland/nation/places.csv'), '--json')
  expect(made.code, made.err).toBe(0)
}, 60_000)

afterAll(async () => {
  await server?.stop()
  rmSync(home, { recursive: true, force: true })
})

type Ended = { code: number | null; out: string; err: string }

function run(...words: string[]): Promise<Ended> {
  return runNode([join(root, 'src/cli/main.ts'), ...words])
}

async function runNode(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    cwd: home,
    env: {
      NODE_COMPILE_CACHE: compiled,
      ...process.env,
      FOURBEAMS_HOME: home,
      FOURBEAMS_PACK: join(root, 'policies/riverland'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (piece) => (out += piece))
  child.stderr.setEncoding('utf8').on('data', (piece) => (err += piece))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

/** Runs with --json: exactly one document on standard output. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
async function json(...words: string[]): Promise<{ code: number | null; answer: any; err: string }> {
  const { code, out, err } = await run(...words, '--json')
  expect(out.trim().split('\n'), err).toHaveLength(1)
  return { code, answer: JSON.parse(out), err }
}

const codes = (() => {
  const list = (id: string) => pack('riverland').lists.get(id)!.codes
  const ties = list('tie')
  return {
    head: ties.find((code) => code.means === 'head')!.code,
    other: ties.find((code) => code.means !== 'head')!.code,
    standing: list('standing')[0]!.code,
    reason: list('reason')[0]!.code,
    gender: list('gender')[0]!.code,
  }
})()

describe('every command', () => {
  const commands = [
    [],
    ['serve'],
    ['place'],
    ['place', 'import'],
    ['place', 'list'],
    ['place', 'boundaries', 'import'],
    ['map', 'counts'],
    ['place', 'rename'],
    ['place', 'recode'],
    ['place', 'upgrade'],
    ['place', 'merge'],
    ['place', 'split'],
    ['place', 'history'],
    ['place', 'card'],
    ['place', 'update'],
    ['household'],
    ['household', 'template'],
    ['household', 'import'],
    ['household', 'find'],
    ['household', 'show'],
    ['household', 'change'],
    ['household', 'export'],
    ['household', 'print'],
    ['card', 'list'],
    ['card', 'revoke'],
    ['card', 'check'],
    ['period', 'open'],
    ['period', 'close'],
    ['period', 'list'],
    ['period', 'progress'],
    ['period', 'due'],
    ['household', 'access'],
    ['user', 'add'],
    ['user', 'list'],
    ['user', 'disable'],
    ['user', 'enable'],
    ['user', 'reset-password'],
    ['user', 'reset-factor'],
    ['user', 'post', 'add'],
    ['user', 'post', 'end'],
    ['session'],
    ['session', 'list'],
    ['session', 'end'],
    ['nation', 'generate'],
    ['nation', 'load'],
    ['audit', 'verify'],
    ['doctor'],
  ]

  it('explains itself, exit codes and all', () => {
    const program = buildProgram()
    for (const words of commands) {
      const command = words.reduce((above, word) => above.commands.find((one) => one.name() === word)!, program)
      expect(command.helpInformation(), words.join(' ')).toMatch(/^Usage: fourbeams/)
      expect(command.helpInformation()).toContain('--json')
      expect(command.description().length).toBeGreaterThan(10)
    }
  })

  it('ends with 0 when help is asked for', async () => {
    const { code, out } = await run('household', 'import', '--help')
    expect(code).toBe(0)
    expect(out).toContain('--dry-run')
  })

  const wrong = [
    ['nothing-of-the-kind'],
    ['place', 'nowhere'],
    ['place', 'import'],
    ['household', 'template', 'file.doc'],
    ['household', 'import'],
    ['household', 'export', 'x.csv', '--nonsense'],
    ['household', 'export', 'x.csv', '--shape', 'round'],
    ['household', 'find', '--limit', 'many'],
    ['household', 'find', '--size-from', 'large'],
    ['household', 'show', 'H1'],
    ['map', 'counts', '--measure', 'luck'],
    ['household', 'print', '--out', 'x.pdf'],
    ['household', 'print', '7', '--place', 'H000000101', '--out', 'x.pdf'],
    ['household', 'print', '7', '--out', 'x.doc'],
    ['card', 'revoke', '7', '1'],
    ['nation', 'generate', '--format', 'pdf'],
    ['period', 'open', 'household', '2017'],
    ['period', 'due', 'none'],
    ['user', 'add', 'somebody'],
    ['user', 'list', '--state', 'asleep'],
    ['user', 'post', 'end', 'somebody', '1', '--on', 'tomorrow'],
    ['session', 'end', 'somebody', '17'],
  ]
  it('a wrong call ends with 2 and a sentence', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      for (const words of wrong) {
        told.mockClear()
        expect(await runCommand(words), words.join(' ')).toBe(2)
        expect(told.mock.calls.join('').trim(), words.join(' ')).not.toBe('')
      }
    } finally {
      told.mockRestore()
    }
    expect((await run('household', 'export', 'x.csv', '--shape', 'round')).code).toBe(2)
  })

  it('a wrong call with --json is one document too', async () => {
    const { code, answer } = await json('household', 'template', 'file.doc')
    expect(code).toBe(2)
    expect(answer.problems[0].title).toContain('.xlsx')
  })
})

describe('places, households, users', () => {
  it('lists places, says when there is none', async () => {
    const all = await json('place', 'list')
    expect(all.code).toBe(0)
    expect(all.answer.places).toHaveLength(3)
    expect((await json('place', 'list', 'F000037')).answer.places).toHaveLength(8)
    expect((await json('place', 'list', '--text', 'Lindnes')).answer.places[0].official_code).toBe('H000000202')
    const words = ['place', 'merge', 'H000001010', '--into', 'H000001111', '--on', '2016-07-01', '--why', 'by decree']
    expect((await json(...words, '--preview')).answer).toMatchObject({ saved: false, households: 0 })
    expect((await json(...words)).answer).toMatchObject({ saved: true })
    expect((await json('place', 'list', '--text', 'Osknes')).answer.places[0].official_code).toBe('H000001111')
    expect((await json('place', 'history', 'H000001111')).answer.changes).toMatchObject([{ kind: 'merge' }])
    expect((await json(...words)).answer.problems[0].code).toBe('place.unknown')
    const none = await json('place', 'list', 'F999999')
    expect(none).toMatchObject({ code: 1, answer: { problems: [{ code: 'place.unknown' }] } })
  })

  it('writes the template', async () => {
    for (const name of ['template.xlsx', 'template.csv']) {
      const { code, answer } = await json('household', 'template', at(name), '--language', 'en')
      expect([code, answer.file]).toEqual([0, at(name)])
      const { rows } = await readSheet(at(name))
      expect(rows[0]).toContain('Hearth number')
    }
  })

  it('imports, finds, shows, exports and imports again', { timeout: 60_000 }, async () => {
    const file = at('good.csv')
    writeFileSync(file, csv(households('H000000101', 1, 4, codes)))
    const dry = await json('household', 'import', file, '--dry-run')
    expect(dry).toMatchObject({ code: 0, answer: { state: 'checked', counts: { good: 8, registered: 0 } } })
    const done = await json('household', 'import', file)
    expect(done).toMatchObject({ code: 0, answer: { state: 'done', counts: { good: 8, registered: 4 } } })

    const found = await json('household', 'find', '--place', 'H000000101')
    expect(found.answer.households).toHaveLength(4)
    const shown = await json('household', 'show', String(found.answer.households[0].household_id))
    expect(shown.code, shown.err).toBe(0)
    expect(shown.answer.household.number).toBe('H1')
    expect(shown.answer.members).toHaveLength(2)
    expect(shown.answer.history[0]).toMatchObject({ kind: 'register' })
    expect(JSON.stringify(shown.answer)).not.toContain('sealed')
    expect((await json('household', 'show', '99999999')).code).toBe(1)

    const counted = await json('map', 'counts', '--place', 'F000037', '--measure', 'mean-size')
    expect(counted.answer).toMatchObject({ total: { households: 4, persons: 8, value: 2 } })
    expect(counted.answer.children).toHaveLength(8)

    const out = at('out.xlsx')
    const exported = await json('household', 'export', out, '--language', 'en')
    expect(exported).toMatchObject({ code: 0, answer: { households: 4 } })
    const again = await json('household', 'import', out)
    expect(again).toMatchObject({ code: 0, answer: { state: 'done', counts: { unchanged: 8, good: 0, bad: 0 } } })

    const list = await json('household', 'export', at('list.csv'), '--shape', 'list', '--text', 'H2')
    expect(list.answer.households).toBe(1)
    const full = await json('household', 'export', at('full.csv'), '--identities', 'full')
    expect(full).toMatchObject({ code: 1, answer: { problems: [{ code: 'export.no-reason' }] } })
    expect(existsSync(at('full.csv'))).toBe(false)

    const { household_id: id } = shown.answer.household
    const leaves = JSON.stringify({ kind: 'remove-member', person: shown.answer.members[1].person_id, reason: 'd' })
    const change = (...words: string[]) => json('household', 'change', String(id), '--why', 'as told', ...words)
    expect((await change('--change', leaves, '--preview')).answer).toMatchObject({ saved: false, version: 1 })
    expect((await change('--change', leaves)).answer).toMatchObject({ saved: true, version: 2 })
    expect(await change('--change', leaves)).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'change.left-already' }] },
    })
    expect((await change('--change', 'no json')).code).toBe(2)
  })

  it('prints cards, lists them, checks and revokes them', { timeout: 120_000 }, async () => {
    const [first] = (await json('household', 'find', '--place', 'H000000101')).answer.households
    const id = String(first.household_id)
    const file = at('card.pdf')
    expect(await json('household', 'print', id, '--out', file)).toMatchObject({ code: 0, answer: { file, cards: 1 } })
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-')
    const village = await json('household', 'print', '--place', 'H000000101', '--out', at('cards.pdf'))
    expect(village).toMatchObject({ code: 0, answer: { cards: 4 } })
    const { cards } = (await json('card', 'list', id)).answer
    expect(cards).toMatchObject([
      { card_no: 2, ending: null },
      { card_no: 1, ending: 'superseded' },
    ])
    expect((await json('card', 'revoke', id, '2', '--why', 'lost')).code).toBe(0)
    expect(await json('card', 'revoke', id, '2', '--why', 'lost')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'card.ended' }] },
    })
    const forged = await json('card', 'check', 'https://cards.example.org/v/AAAA')
    expect(forged).toMatchObject({ code: 1, answer: { state: 'not-genuine' } })
  })

  it('rows with errors end with 1, and come back on a sheet', async () => {
    const rows = households('H000000202', 50, 2, codes)
    rows[3]!.paper = '123'
    writeFileSync(at('bad.csv'), csv(rows))
    const { code, answer } = await json('household', 'import', at('bad.csv'), '--errors', at('errors.csv'))
    expect(code).toBe(1)
    expect(answer).toMatchObject({ state: 'done', counts: { read: 4, good: 2, bad: 2, registered: 1 } })
    expect(answer.faults.map((fault: { row: number; code: string }) => [fault.row, fault.code])).toEqual([
      [4, 'row.household-has-faults'],
      [5, 'row.identity-form'],
    ])
    const { rows: sheet } = await readSheet(at('errors.csv'))
    expect(sheet).toHaveLength(3)
    const text = await run('household', 'import', at('bad.csv'))
    expect([text.code, text.out]).toEqual([1, expect.stringContaining('4 rows read = 0 good + 2 bad + 2 skipped')])
  })

  it('a file that cannot be read, or is not there, ends with 1 and a sentence', async () => {
    writeFileSync(at('empty.csv'), '')
    expect(await json('household', 'import', at('empty.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'file.empty' }] },
    })
    expect(await json('household', 'import', at('nowhere.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'file.not-readable' }] },
    })
    expect(await json('place', 'import', at('nowhere.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'file.not-readable' }] },
    })
    writeFileSync(at('header.csv'), `${HEADINGS.join(',')}\n`)
    expect(await json('household', 'import', at('header.csv'))).toMatchObject({
      code: 1,
      answer: { state: 'refused', problem: { code: 'import.empty' } },
    })
    writeFileSync(at('few.csv'), 'called,tie\nA,1\n')
    expect(await json('household', 'import', at('few.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'import.unmapped' }] },
    })
    expect(await json('household', 'export', join(home, 'no', 'such', 'x.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'file.not-writable' }] },
    })
    expect(await json('household', 'template', join(home, 'no', 'such', 'x.csv'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'file.not-writable' }] },
    })
  })

  it('adds a user, who can be acted as; refuses what is wrong', async () => {
    const made = await json('user', 'add', 'astrid', '--role', 'warden', '--place', 'F000037')
    expect(made.code, made.err).toBe(0)
    expect(made.answer).toMatchObject({ login: 'astrid', role: 'warden' })
    expect(made.answer.password.length).toBeGreaterThan(11)
    expect((await json('household', 'find', '--as', 'astrid')).code).toBe(0)
    const outside = await json('household', 'find', '--as', 'astrid', '--place', 'F000074')
    expect(outside).toMatchObject({ code: 0, answer: { households: [] } })
    const reset = await json('user', 'reset-password', 'astrid')
    expect(reset).toMatchObject({ code: 0, answer: { login: 'astrid', ended: 0 } })
    expect(reset.answer.password).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    expect(reset.answer.password).not.toBe(made.answer.password)
    expect(await json('user', 'reset-factor', 'astrid')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'user.no-factor' }] },
    })
    expect(await json('session', 'list', 'astrid')).toMatchObject({ code: 0, answer: { sessions: [] } })
    expect((await run('session', 'list', 'astrid')).out).toContain('signed in nowhere')
    expect(await json('session', 'end', 'astrid')).toMatchObject({ code: 0, answer: { ended: 0 } })
    expect(await json('session', 'end', 'astrid', 'ab'.repeat(32))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'access.unknown-session' }] },
    })
    expect(await json('user', 'add', 'astrid', '--role', 'warden', '--place', 'F000037')).toMatchObject({ code: 1 })
    expect(await json('user', 'add', 'b', '--role', 'king', '--place', 'F000037')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'access.unknown-role' }] },
    })
    expect(await json('household', 'find', '--as', 'nobody')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'access.unknown-account' }] },
    })
  })
})

describe('the yearly update', () => {
  it('opens, tells who is due, and closes again', { timeout: 60_000 }, async () => {
    const opened = await json('period', 'open', 'hearth', '2026', '--why', 'a round', '--place', 'F000037')
    expect(opened.answer).toMatchObject({ form: 'hearth', period: '2026', state: 'open', openedBy: null })
    const id = String(opened.answer.id)
    expect((await json('period', 'list')).answer.periods).toMatchObject([{ id: opened.answer.id }])
    const { answer } = await json('period', 'progress', id)
    expect(answer.place.due + answer.place.done).toBeGreaterThan(0)
    expect((await json('period', 'due', id)).answer.due).toHaveLength(answer.place.due)
    const sheet = await json('period', 'due', id, '--out', at('due.csv'))
    expect(sheet.answer.households).toBe(answer.place.due)
    expect((await json('period', 'close', id, '--why', 'done')).answer.state).toBe('closed')
    const cards = await json('period', 'open', 'hamlet_card', '2026', '--why', 'a round')
    expect(cards.code).toBe(0)
    const write = ['place', 'update', 'H000000101', '--period', '2026', '--facts', '{"hearths":9}', '--why', 'counted']
    const preview = await json(...write, '--preview')
    expect(preview.answer).toMatchObject({ saved: false, differences: [{ field: 'hearths', from: null, to: 9 }] })
    expect((await json(...write)).answer).toMatchObject({ saved: true, version: 1 })
    const shown = await json('place', 'card', 'H000000101')
    expect(shown.answer).toMatchObject({ form: 'hamlet_card', version: 1, history: [{ why: 'counted' }] })
    const again = await json('period', 'close', id, '--why', 'done')
    expect([again.code, again.answer.problems[0].code]).toEqual([1, 'period.closed-already'])
  })
})

describe('nation, audit, doctor, and the way in through npx', () => {
  it('generates the same nation from the same seed', { timeout: 60_000 }, async () => {
    const words = ['nation', 'generate', '--scale', '0.01', '--seed', '7', '--format', 'csv']
    const first = await json(...words, '--out', at('nation-1'))
    expect(first.code, first.err).toBe(0)
    const second = await json(...words, '--out', at('nation-2'))
    expect(second.answer.digest).toBe(first.answer.digest)
    expect(first.answer.households).toBeGreaterThan(0)
    expect(await json('nation', 'generate', '--scale', '2')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'nation.bad-scale' }] },
    })
    expect(await json('nation', 'load', at('nation-1'))).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'nation.no-files' }] },
    })
  })

  it('finds the audit as written', async () => {
    const { code, answer } = await json('audit', 'verify')
    expect(code).toBe(0)
    expect(answer).toMatchObject({ sound: true, faults: [] })
    expect(answer.entries).toBeGreaterThan(5)
  })

  it('the doctor finds the machine fit, and says so in sentences', async () => {
    const { code, answer, err } = await json('doctor')
    expect(answer.findings.length, err).toBeGreaterThan(3)
    expect(code).toBe(answer.findings.every((one: { ok: boolean }) => one.ok) ? 0 : 1)
    for (const one of answer.findings) expect(one.sentence).toMatch(/\.$/)
  })

  it('npx fourbeams is this command line', async () => {
    const bin = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin.fourbeams
    const { code, out } = await runNode([join(root, bin), 'place', 'list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).places).toHaveLength(3)
    expect((await runNode([join(root, bin), 'nonsense'])).code).toBe(2)
  })

  it('closes and opens an account, gives and ends posts, and lists who holds them', { timeout: 60_000 }, async () => {
    expect(await json('user', 'add', 'berit', '--role', 'warden', '--place', 'F000037')).toMatchObject({ code: 0 })
    expect(await json('user', 'disable', 'berit', '--as', 'berit')).toMatchObject({
      code: 1,
      answer: { problems: [{ code: 'access.no-right' }] },
    })
    expect(await json('user', 'disable', 'berit')).toMatchObject({ code: 0, answer: { ended: 0 } })
    expect((await json('user', 'list', '--state', 'disabled')).answer.users).toMatchObject([{ login: 'berit' }])
    expect((await run('user', 'list', '--text', 'beri')).out).toContain('closed, temporary password')
    expect(await json('user', 'enable', 'berit')).toMatchObject({ code: 0 })
    const post = await json('user', 'post', 'add', 'berit', '--role', 'warden', '--place', 'F000074')
    expect(post, post.err).toMatchObject({ code: 0, answer: { role: 'warden' } })
    const ended = await json('user', 'post', 'end', 'berit', String(post.answer.post))
    expect(ended).toMatchObject({ code: 0, answer: { post: post.answer.post } })
    expect((await json('user', 'list', '--state', 'ended')).answer.users).toMatchObject([{ post_id: post.answer.post }])
  })
})

import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** One measured figure. `least` or `most` is what it should reach; `baseline` is the same work done the plain way. */
export type Measured = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly least?: number
  readonly most?: number
  readonly baseline?: number
}

/** A piece of work that can be measured. `scale` makes it smaller or larger; 1 is the size that the reaches are for. */
export type Scenario = {
  readonly name: string
  /** One sentence: which work, and what the baseline is. */
  readonly what: string
  run(options: { scale: number; log: (line: string) => void }): Promise<Measured[]>
}

/** A measured figure as it is reported; `ok` is null where nothing is to be reached, `ratio` is value to baseline. */
export type Row = {
  name: string
  value: number
  unit: string
  reach: string | null
  baseline: number | null
  ratio: number | null
  ok: boolean | null
}

export type Report = {
  bench: string
  scale: number
  machine: Machine
  commit: string
  rows: Row[]
}

export type Machine = { cpu: string; cores: number; memoryGiB: number; platform: string; node: string }

/** What the figures depend on. No name of a machine: it would say whose it is and nothing about its speed. */
export function machine(): Machine {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
  }
}

/** The short commit that is measured, with `+changes` when tracked files differ from it; `unknown` outside of git. */
export function commit(folder: string): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'migrations', 'bench') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+changes' : '')
  } catch {
    return 'unknown'
  }
}

/** Compares a figure with what it should reach. */
export function judge({ name, value, unit, least, most, baseline }: Measured): Row {
  const reach = least !== undefined ? `>= ${least}` : most !== undefined ? `<= ${most}` : null
  return {
    name,
    value: significant(value),
    unit,
    reach,
    baseline: baseline === undefined ? null : significant(baseline),
    ratio: baseline === undefined ? null : significant(value / baseline),
    ok: reach === null ? null : value >= (least ?? value) && value <= (most ?? value),
  }
}

/** The middle one of some figures; a noisy machine spoils the mean and the best alike. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Four digits are more than any machine repeats. */
function significant(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4))
}

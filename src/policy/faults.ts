import { Problem, sentence } from '../kernel/problem.ts'
import type { ProblemCode } from '../kernel/problems.ts'

/** One fault of a pack: where it stands (file relative to the pack's folder, line from 1) and what is wrong. */
export type PackFault = {
  readonly file: string
  readonly line: number
  readonly code: ProblemCode
  readonly values: Readonly<Record<string, unknown>>
}

/** A pack that cannot be used, with every fault found in one reading, in order of file and line. */
export class PackFaults extends Problem {
  readonly faults: readonly PackFault[]

  constructor(folder: string, faults: readonly PackFault[]) {
    const sorted = [...faults].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
    super('pack.faulty', { folder, count: sorted.length })
    this.name = 'PackFaults'
    this.faults = sorted
    this.message = `${this.message}\n${this.sentences('en').join('\n')}`
  }

  /** One line for each fault, `file:line: sentence`, in a language of the catalogue. */
  sentences(language: string): string[] {
    return this.faults.map((fault) => `${fault.file}:${fault.line}: ${sentence(fault.code, fault.values, language)}`)
  }
}

/** Gathers faults while a pack is read, so that one reading shows them all. */
export class FaultList {
  readonly faults: PackFault[] = []

  add(file: string, line: number, code: ProblemCode, values: Record<string, unknown> = {}): void {
    this.faults.push({ file, line, code, values })
  }
}

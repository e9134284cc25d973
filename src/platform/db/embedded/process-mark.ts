import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, told apart from a later one that got the same number. */
export type ProcessMark = { readonly pid: number; readonly started: string }

/** The mark of a living process, or undefined when none runs under this number. A zombie counts as dead. */
export function markOf(pid: number): ProcessMark | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  if (process.platform === 'linux') {
    const fields = statFields(pid)
    if (!fields || fields[0] === 'Z') return undefined
    return { pid, started: fields[19] ?? '' }
  }
  if (process.platform === 'win32') return { pid, started: '' }
  try {
    return { pid, started: execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() }
  } catch {
    return undefined
  }
}

/** Whether the marked process still runs. Numbers are reused, above all after a container restarts. */
export function lives(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.started === mark.started
}

/** The name of a process's program, or undefined where the system does not tell. */
export function programOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    if (process.platform === 'win32') return undefined
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/**
 * Whether a process may still hold a shared memory segment of System V, by its number. PostgreSQL marks a running
 * cluster with one and asks the same question; where the system does not tell, the answer is yes.
 */
export function mayBeAttached(segment: string | undefined): boolean {
  try {
    if (process.platform === 'win32') return true
    const linux = process.platform === 'linux'
    const table = linux
      ? readFileSync('/proc/sysvipc/shm', 'utf8')
      : execFileSync('ipcs', ['-m', '-o'], { encoding: 'utf8' })
    const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
    const row = rows.find((cells) => cells[1] === segment)
    return row !== undefined && row[6] !== '0'
  } catch {
    return true
  }
}

/** The fields of /proc/PID/stat from the state on; the name before them may hold blanks and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

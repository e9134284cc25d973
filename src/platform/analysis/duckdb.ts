import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** How much of the machine an analysis may take. */
export type DuckDBLimits = {
  /** Threads, at least 1. Default: every core. Results must not depend on it. */
  readonly threads?: number
  /** Most memory as DuckDB writes it, e.g. `4GB`. Default: 4 GB, so that a laptop stays usable. */
  readonly memory?: string
  /** Folder for what does not fit into memory. Without it, work that outgrows the memory fails instead of filling a disk. */
  readonly temp?: string
}

/** One named step of an analysis. The name is what progress, timings and error messages show. */
export type Step = { readonly name: string; readonly sql: string }

/** What a step took, in seconds. */
export type StepTime = { readonly name: string; readonly seconds: number }

/**
 * Runs `work` on a DuckDB of its own, in memory, closed afterwards whatever happens. Extensions are neither fetched nor
 * loaded from outside: what is not built in is not there, on any machine, with or without a network.
 */
export async function withDuckDB<T>(
  work: (connection: DuckDBConnection) => Promise<T>,
  limits: DuckDBLimits = {},
): Promise<T> {
  const options: Record<string, string> = {
    autoinstall_known_extensions: 'false',
    memory_limit: limits.memory ?? '4GB',
    // An empty folder name switches spilling off; the default would be `.tmp` wherever the process happens to stand.
    temp_directory: limits.temp ?? '',
  }
  if (limits.threads !== undefined) options.threads = String(limits.threads)
  const instance = await DuckDBInstance.create(':memory:', options)
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/**
 * Runs the steps in order and tells `log` about each one when it is done. Stops at the first that fails, with an error
 * that names the step; the SQL is not repeated, since a step may carry somebody's data.
 */
export async function runSteps(
  connection: DuckDBConnection,
  steps: readonly Step[],
  log: (time: StepTime) => void = () => {},
): Promise<StepTime[]> {
  const times: StepTime[] = []
  for (const step of steps) {
    const begun = performance.now()
    try {
      await connection.run(step.sql)
    } catch (cause) {
      const said = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
      throw new Error(`Step “${step.name}” failed: ${said}`, { cause })
    }
    const time = { name: step.name, seconds: (performance.now() - begun) / 1000 }
    times.push(time)
    log(time)
  }
  return times
}

/** All rows of a query as objects. Numbers of 64 bits come as bigint. For results that fit into memory. */
export async function allRows<Row extends Record<string, unknown>>(
  connection: DuckDBConnection,
  sql: string,
): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjectsJS() as Row[]
}

/** A text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as an SQL identifier. */
export function name(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

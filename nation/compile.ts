import { Problem } from '../src/kernel/problem.ts'
import { quote } from '../src/platform/analysis/duckdb.ts'
import { betweenSql, bound, drawSql, pickSql, purpose } from './draw.ts'
import type { Condition, Rule } from './rule.ts'

/** Rules by name as layers of SQL columns: first the draws, then choices made from draws alone, then rule upon rule. */
export type Compiled = readonly (readonly string[])[]

/** What rules can refer to: the SQL of the entity's key, variables of the model by name, word lists. */
export type Scope = {
  readonly of: string
  readonly key: string
  readonly variables: ReadonlyMap<string, string>
  readonly words: ReadonlyMap<string, readonly string[]>
}

/** The column that holds the result of a rule. */
export function ruleColumn(of: string, name: string): string {
  return `${of}_${name}`
}

/**
 * Compiles a set of rules. A rule may use the variables of the scope and the results of other rules of the set; a name
 * that is neither, or rules that depend on each other in a circle, are a Problem (`nation.faulty`).
 */
export function compileRules(rules: Readonly<Record<string, Rule>>, scope: Scope): Compiled {
  const draws: string[] = []
  const choices: string[] = []
  const stageOf = new Map<string, number>()
  const stages: string[][] = []
  const visit = (name: string, path: readonly string[]): number => {
    const known = stageOf.get(name)
    if (known !== undefined) return known
    if (path.includes(name)) throw faulty(scope, name, `depends on itself: ${[...path, name].join(' → ')}`)
    let stage = 0
    const resolve = (word: string): string => {
      // A rule that names itself means the model's variable of that name.
      if (word !== name && Object.hasOwn(rules, word)) {
        stage = Math.max(stage, visit(word, [...path, name]) + 1)
        return ruleColumn(scope.of, word)
      }
      const sql = scope.variables.get(word)
      if (sql === undefined) throw faulty(scope, name, `there is no variable or field “${word}”`)
      return sql
    }
    const sql = ruleSql(rules[name]!, { name, resolve, scope, draws, choices, count: { drawn: 0 } })
    stages[stage] = [...(stages[stage] ?? []), `${sql} AS ${ruleColumn(scope.of, name)}`]
    stageOf.set(name, stage)
    return stage
  }
  for (const name of Object.keys(rules)) visit(name, [])
  return [draws, choices, ...stages]
}

type Work = {
  readonly name: string
  readonly resolve: (word: string) => string
  readonly scope: Scope
  readonly draws: string[]
  readonly choices: string[]
  readonly count: { drawn: number }
}

function ruleSql(rule: Rule, work: Work): string {
  if (rule.cases) return casesSql(rule.cases, work)
  if (rule.value !== undefined) return literal(rule.value)
  if (rule.var !== undefined) return work.resolve(rule.var)
  if (rule.pick) {
    return pickSql(
      draw(work),
      Object.entries(rule.pick).map(([code, weight]) => [quote(code), weight] as const),
    )
  }
  if (rule.choose)
    return pickSql(
      draw(work),
      rule.choose.map(([value, weight]) => [String(value), weight] as const),
    )
  if (rule.range) return numberSql(rule, rule.range, work)
  if (rule.quantiles) return numberSql(rule, rule.quantiles, work)
  if (rule.chance !== undefined) return `(${draw(work)} < ${bound(rule.chance)})`
  if (rule.sum) return `(${rule.sum.map((word) => work.resolve(word)).join(' + ')})`
  if (rule.product) {
    return `(${rule.product.map((factor) => (typeof factor === 'number' ? factor : work.resolve(factor))).join(' * ')})`
  }
  if (rule.difference) {
    const sql = `(${rule.difference.map((word) => work.resolve(word)).join(' - ')})`
    return rule.min === undefined ? sql : `greatest(${sql}, ${rule.min})`
  }
  if (rule.part) {
    const [low, high] = [Math.round(rule.part.from * 1000), Math.round(rule.part.to * 1000)]
    return `(${work.resolve(rule.part.of)} * ${betweenSql(draw(work), low, high - low + 1)} // 1000)`
  }
  if (rule.digits) {
    const { begin, count } = rule.digits
    const start = pickSql(
      draw(work),
      begin.map((text) => [quote(text), 1] as const),
    )
    // All sixty-four bits, since so many digits can be more than a draw holds.
    const drawn = `(hash(xor(${work.scope.key}, ${purpose(`${work.scope.of}.${work.name}.digits`)})) % ${10n ** BigInt(count)})`
    return `(${start} || lpad(${drawn}::VARCHAR, ${count}, '0'))`
  }
  if (rule.join) return `(${rule.join.map((word) => work.resolve(word)).join(' || ')})`
  if (rule.words) return `(${rule.words.map((list) => wordSql(list, work)).join(' || ')})`
  if (rule.some) return someSql(rule.some, work)
  if (rule.latest) {
    const days = rule.latest.map((word) => (/^\d{4}-/.test(word) ? `DATE ${quote(word)}` : work.resolve(word)))
    return `greatest(${days.join(', ')})`
  }
  throw faulty(work.scope, work.name, 'no operator')
}

function casesSql(cases: readonly Rule[], work: Work): string {
  const parts = cases.map((entry) => {
    const sql = ruleSql(entry, work)
    if (!entry.when) return `WHEN true THEN ${sql}`
    const tests = Object.entries(entry.when).map(([word, condition]) => test(work.resolve(word), condition))
    return `WHEN ${tests.join(' AND ')} THEN ${sql}`
  })
  return `CASE ${parts.join(' ')} END`
}

function test(sql: string, condition: Condition): string {
  if (Array.isArray(condition)) return `${sql} IN (${condition.map((entry) => literal(entry as string)).join(', ')})`
  const range = typeof condition === 'string' ? /^(-?\d+)?\.\.(-?\d+)?$/.exec(condition) : null
  if (!range) return `${sql} = ${literal(condition as string)}`
  const tests = []
  if (range[1] !== undefined) tests.push(`${sql} >= ${range[1]}`)
  if (range[2] !== undefined) tests.push(`${sql} <= ${range[2]}`)
  return tests.length > 0 ? tests.join(' AND ') : 'true'
}

/** A number is drawn as an integer in units of its last decimal, so that no rounding can differ. */
function numberSql(rule: Rule, points: readonly number[], work: Work): string {
  const scale = 10 ** (rule.decimals ?? 0)
  const units = points.map((point) => Math.round(point * scale))
  const drawn = draw(work)
  let sql: string
  if (rule.range) sql = betweenSql(drawn, units[0]!, units[1]! - units[0]! + 1)
  else {
    const segments = units.length - 1
    const at = `(${drawn} * ${segments})`
    const from = `list_extract([${units.join(', ')}], (${at} >> 32) + 1)`
    const gaps = units.slice(1).map((unit, index) => unit - units[index]!)
    sql = `(${from} + ((list_extract([${gaps.join(', ')}], (${at} >> 32) + 1) * (${at} & 4294967295)) >> 32))`
  }
  if (rule.times !== undefined) sql = `(${sql} * ${work.resolve(rule.times)})`
  if (rule.step !== undefined) sql = `(${sql} // ${rule.step} * ${rule.step})`
  return scale === 1 ? sql : `(${sql}::DECIMAL(12,0) * ${(1 / scale).toFixed(rule.decimals)})`
}

function someSql(some: NonNullable<Rule['some']>, work: Work): string {
  const entries = Object.entries(some.of).map(([code, weight]) => [quote(code), weight] as const)
  const chosen = () => {
    const drawn = draw(work)
    work.choices.push(`${pickSql(drawn, entries)} AS c_${drawn}`)
    return `c_${drawn}`
  }
  const [first, second, count] = [chosen(), chosen(), draw(work)]
  const not = some.unlike === undefined ? undefined : work.resolve(some.unlike)
  const unfit = (choice: string) => (not === undefined ? 'false' : `${choice} = ${not}`)
  return [
    `CASE WHEN ${count} < ${bound(1 / 3)} OR ${unfit(first)} THEN NULL`,
    `WHEN ${count} < ${bound(2 / 3)} OR ${unfit(second)} OR ${first} = ${second} THEN [${first}]`,
    `ELSE [${first}, ${second}] END`,
  ].join(' ')
}

function wordSql(list: string, work: Work): string {
  const words = work.scope.words.get(list)
  if (!words) throw faulty(work.scope, work.name, `there is no word list “${list}”`)
  return `list_extract([${words.map(quote).join(', ')}], (${betweenSql(draw(work), 0, words.length)} + 1)::BIGINT)`
}

/** A column of chance of its own for each use, so that no two choices hang together unseen. */
function draw(work: Work): string {
  const column = `d_${work.scope.of}_${work.name}_${work.count.drawn++}`
  work.draws.push(`${drawSql(work.scope.key, `${work.scope.of}.${work.name}.${work.count.drawn}`)} AS ${column}`)
  return column
}

function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  return typeof value === 'string' ? quote(value) : String(value)
}

function faulty(scope: Scope, name: string, detail: string): Problem {
  return new Problem('nation.faulty', { file: 'fields.yaml', detail: `${scope.of}.${name}: ${detail}` })
}

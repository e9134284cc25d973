/** An amount of an account, by the id of its field. */
export type Amount = { readonly id: string; readonly value: number }

/**
 * Which amount is deducted in an account, found from the account itself: the only one whose sign must be turned so
 * that the amounts add up to the total. Nothing when they add up as they are, or when more than one would do. In
 * minor units, exactly.
 */
export function deductedIn(amounts: readonly Amount[], total: number): string | undefined {
  const sum = amounts.reduce((all, { value }) => all + value, 0)
  if (sum === total) return undefined
  const fitting = amounts.filter(({ value }) => sum - 2 * value === total)
  return fitting.length === 1 ? fitting[0]?.id : undefined
}

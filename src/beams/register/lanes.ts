/**
 * Does work in some lanes at once. When one fails the others are asked to stop, and it throws only when all have, so
 * that nothing is written any more afterwards.
 * @param lane takes its work piece by piece and looks before each whether to stop
 */
export async function inLanes(count: number, lane: (stopped: () => boolean) => Promise<void>): Promise<void> {
  let failed = false
  const run = async () => {
    try {
      await lane(() => failed)
    } catch (error) {
      failed = true
      throw error
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: count }, run))
  const wrong = ends.find((one) => one.status === 'rejected')
  if (wrong) throw wrong.reason
}

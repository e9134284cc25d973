import { MutationCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from '../lib/problem.ts'

/** Answers stay fresh for a moment, so that going back shows the same list at once and asks again behind it. */
export const queryClient: QueryClient = new QueryClient({
  // Any change may have begun a job: look at once, and not at the next quiet look.
  mutationCache: new MutationCache({ onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['job.list'] }) }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
      refetchOnWindowFocus: false,
    },
  },
})

/** Whether asking again may help: no answer, or a server that is busy. A refusal stays a refusal. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 502)
}

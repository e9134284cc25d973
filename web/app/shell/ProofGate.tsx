import { lazy, Suspense, useEffect, useState } from 'react'
import { wire } from '../../lib/wire.ts'

const ProofDialog = lazy(() => import('./ProofDialog.tsx').then((module) => ({ default: module.ProofDialog })))

/** Where grave acts are stopped to ask who is sitting here: the act goes on by itself once that is shown. */
export function ProofGate() {
  const [asking, setAsking] = useState<{ readonly answer: (proved: boolean) => void }>()
  useEffect(() => {
    wire.prove = () =>
      new Promise((answer) =>
        setAsking({
          answer(proved) {
            setAsking(undefined)
            answer(proved)
          },
        }),
      )
    return () => {
      wire.prove = undefined
    }
  }, [])
  return <Suspense fallback={null}>{asking && <ProofDialog answer={asking.answer} />}</Suspense>
}

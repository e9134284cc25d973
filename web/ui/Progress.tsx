import { useRef } from 'react'
import { useFormat } from '../lib/format.ts'
import classes from './Progress.module.css'
import { useTexts } from './texts/index.ts'

type ProgressProps = {
  /** What is going on, in words: “Checking rows”. */
  label: string
  done: number
  /** 0 while nobody knows. */
  total: number
  /** Instant (ISO) of the last report, for the rate. */
  updatedAt: string
  /** Shows a line without bar: for lists. */
  small?: boolean
}

type Sample = { at: number; done: number }

/** Progress in words first (n of N, per second, time left), with a bar that says the same. */
export function Progress({ label, done, total, updatedAt, small = false }: ProgressProps) {
  const say = useTexts()
  const format = useFormat()
  const rate = useRate(label, done, updatedAt)
  const words = [
    total > 0 ? say('progressOf', { done: format.number(done), total: format.number(total) }) : format.number(done),
    rate > 0 ? say('perSecond', { n: format.number(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)) }) : '',
    rate > 0 && total > done ? say('timeLeft', { time: format.duration((total - done) / rate) }) : '',
  ].filter(Boolean)
  return (
    <div className={classes.progress}>
      <div className={classes.words}>
        <span>{label}</span>
        <span className={classes.numbers}>{done === 0 && total === 0 ? say('starting') : words.join(' · ')}</span>
      </div>
      {!small && (
        <div
          className={classes.bar}
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          {...(total > 0 ? { 'aria-valuemax': total, 'aria-valuenow': Math.min(done, total) } : {})}
        >
          <div
            className={classes.fill}
            data-unknown={total === 0 || undefined}
            style={{ width: total > 0 ? `${Math.min(100, (done / total) * 100)}%` : '100%' }}
          />
        </div>
      )}
    </div>
  )
}

/** Units per second over the last reports of one step: what is happening now, not the average since the start. */
function useRate(step: string, done: number, updatedAt: string): number {
  const memory = useRef<{ step: string; samples: Sample[] }>({ step, samples: [] })
  const at = new Date(updatedAt).getTime()
  if (memory.current.step !== step) memory.current = { step, samples: [] }
  const { samples } = memory.current
  const last = samples.at(-1)
  if (!last || at > last.at) {
    samples.push({ at, done })
    while (samples.length > 2 && at - samples[0]!.at > 15_000) samples.shift()
  }
  const [first] = samples
  const newest = samples.at(-1)
  if (!first || !newest || newest.at <= first.at || newest.done <= first.done) return 0
  return (newest.done - first.done) / ((newest.at - first.at) / 1000)
}

import { useState } from 'react'
import { useTexts } from '../texts/index.ts'
import type { Operation } from './document.ts'
import classes from './reference.module.css'
import { describe } from './schema.ts'
import { TryCall } from './TryCall.tsx'

/** One operation: what it does and needs in a line; opened, what it takes and answers, and a form to try it. */
export function OperationEntry({ operation }: { operation: Operation }) {
  const say = useTexts()
  const [opened, setOpened] = useState(false)
  const { method, path, summary, right, parameters, body, answer } = operation
  const needs =
    right === 'public'
      ? say('referenceRightPublic')
      : right === 'signed-in'
        ? say('referenceRightSignedIn')
        : say('referenceRight', { right })
  return (
    <details className={classes.operation} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <span className={classes.method} data-safe={method === 'GET' || undefined}>
          {method}
        </span>
        <code className={classes.path}>{path}</code>
        <span lang="en" className={classes.summary}>
          {summary}
        </span>
        <span className={classes.right}>{needs}</span>
      </summary>
      {opened && (
        <div className={classes.inside}>
          <div className={classes.says}>
            <h3>{say('referenceParameters')}</h3>
            {parameters.length === 0 && <p className={classes.quiet}>{say('referenceNoParameters')}</p>}
            {parameters.length > 0 && (
              <dl className={classes.parameters}>
                {parameters.map((parameter) => (
                  <div key={parameter.name}>
                    <dt>
                      <code>{parameter.name}</code>
                      {parameter.required && <span className={classes.quiet}> {say('referenceRequired')}</span>}
                    </dt>
                    <dd lang="en">
                      <code>{describe(parameter.schema)}</code> {parameter.schema.description}
                    </dd>
                  </div>
                ))}
              </dl>
            )}
            {body && (
              <>
                <h3>{say('referenceBody')}</h3>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
                <pre tabIndex={0}>{describe(body)}</pre>
              </>
            )}
            {answer && (
              <>
                <h3>{say('referenceAnswer')}</h3>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
                <pre tabIndex={0}>{describe(answer)}</pre>
              </>
            )}
          </div>
          <TryCall operation={operation} />
        </div>
      )}
    </details>
  )
}

import { Button, FileInput, JsonInput, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useFormat } from '../../lib/format.ts'
import { ApiProblem, asProblem, unreachable } from '../../lib/problem.ts'
import { wire } from '../../lib/wire.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import type { Operation, Parameter } from './document.ts'
import classes from './reference.module.css'
import { sample } from './schema.ts'

/** Longest answer shown; the rest of a large one would only freeze the page. */
const MOST_SHOWN = 20_000

type Result = { status: number; ms: number; text: string; file?: { bytes: number; type: string } }

/** A form that sends a real call under the person's own post and shows what came back. */
export function TryCall({ operation }: { operation: Operation }) {
  const say = useTexts()
  const format = useFormat()
  const { method, path, parameters, body, takesFile } = operation
  const [values, setValues] = useState<Record<string, string>>({})
  const [json, setJson] = useState(() => (body ? JSON.stringify(sample(body), null, 2) : ''))
  const [file, setFile] = useState<File | null>(null)
  const [busy, setBusy] = useState(false)
  const [result, setResult] = useState<Result>()
  const [error, setError] = useState<unknown>()

  const send = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    setResult(undefined)
    try {
      setResult(await run())
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }

  const run = async (): Promise<Result> => {
    const headers: Record<string, string> = { 'x-language': wire.language }
    if (method !== 'GET' && wire.pageToken) headers['x-page-token'] = wire.pageToken
    let content: BodyInit | null = null
    if (takesFile && file) {
      content = new FormData()
      content.append('file', file, file.name)
    } else if (body) {
      headers['content-type'] = 'application/json'
      try {
        content = JSON.stringify(JSON.parse(json))
      } catch (problem) {
        throw new ApiProblem('page.bad-json', say('referenceBodyInvalid', { detail: asProblem(problem).message }), 0)
      }
    }
    const began = performance.now()
    const response = await fetch(addressOf(path, parameters, values), { method, headers, body: content }).catch(() => {
      throw unreachable()
    })
    const received = await response.blob()
    const ms = Math.round(performance.now() - began)
    const type = response.headers.get('content-type') ?? ''
    if (!type.includes('json')) return { status: response.status, ms, text: '', file: { bytes: received.size, type } }
    return { status: response.status, ms, text: pretty(await received.text()) }
  }

  return (
    <form className={classes.try} onSubmit={send} aria-label={`${say('referenceTry')}: ${method} ${path}`}>
      <h3>{say('referenceTry')}</h3>
      {parameters.map((parameter) => (
        <ParameterInput
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? ''}
          change={(value) => setValues({ ...values, [parameter.name]: value })}
        />
      ))}
      {body && (
        <JsonInput label={say('referenceBody')} value={json} onChange={setJson} autosize minRows={3} maxRows={14} />
      )}
      {takesFile && (
        <FileInput label={say('referenceFile')} value={file} onChange={setFile} required withAsterisk={false} />
      )}
      {method !== 'GET' && <p className={classes.quiet}>{say('referenceChanges')}</p>}
      <div>
        <Button type="submit" size="sm" loading={busy}>
          {say('referenceSend', { method })}
        </Button>
      </div>
      {error !== undefined && <ProblemNotice error={error} />}
      <div aria-live="polite">
        {busy && <p className={classes.quiet}>{say('referenceSending')}</p>}
        {result && (
          <>
            <p>{say('referenceResult', { status: result.status, ms: result.ms })}</p>
            {result.file && (
              <p className={classes.quiet}>
                {say('referenceFileAnswer', { size: format.bytes(result.file.bytes), type: result.file.type })}
              </p>
            )}
            {result.text && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
              <pre tabIndex={0}>{result.text.slice(0, MOST_SHOWN)}</pre>
            )}
            {result.text.length > MOST_SHOWN && (
              <p className={classes.quiet}>{say('referenceCut', { n: format.number(MOST_SHOWN) })}</p>
            )}
          </>
        )}
      </div>
    </form>
  )
}

type InputProps = { parameter: Parameter; value: string; change: (value: string) => void }

function ParameterInput({ parameter, value, change }: InputProps) {
  const { name, required, schema } = parameter
  if (schema.enum) {
    return (
      <Select
        label={name}
        required={required}
        withAsterisk={false}
        clearable={!required}
        data={schema.enum.map(String)}
        value={value || null}
        onChange={(next) => change(next ?? '')}
      />
    )
  }
  return (
    <TextInput
      label={name}
      required={required}
      withAsterisk={false}
      placeholder={schema.default === undefined ? '' : String(schema.default)}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

function addressOf(path: string, parameters: readonly Parameter[], values: Readonly<Record<string, string>>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  const search = new URLSearchParams()
  for (const { name, in: where } of parameters) {
    if (where === 'query' && values[name]) search.set(name, values[name])
  }
  return search.size > 0 ? `${filled}?${search}` : filled
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

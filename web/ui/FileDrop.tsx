import { type DragEvent, useId, useState } from 'react'
import { useFormat } from '../lib/format.ts'
import classes from './FileDrop.module.css'
import { useTexts } from './texts/index.ts'

type FileDropProps = {
  /** What the file is: “Household spreadsheet”. */
  label: string
  /** What is taken, in a sentence. */
  hint?: string
  /** Endings with their dot: `['.xlsx', '.csv']`. */
  kinds: readonly string[]
  /** Most bytes. */
  limit: number
  disabled?: boolean
  take: (file: File) => void
}

/** Takes one file, dropped or chosen. A wrong kind or size is refused here, in a sentence, before anything is sent. */
export function FileDrop({ label, hint, kinds, limit, disabled = false, take }: FileDropProps) {
  const say = useTexts()
  const format = useFormat()
  const id = useId()
  const [over, setOver] = useState(false)
  const [refusal, setRefusal] = useState<string>()

  const look = (file: File | undefined) => {
    if (!file || disabled) return
    const fits = kinds.some((kind) => file.name.toLowerCase().endsWith(kind))
    if (!fits) return setRefusal(say('fileWrongKind', { name: file.name, kinds: kinds.join(', ') }))
    if (file.size > limit) {
      return setRefusal(say('fileTooLarge', { size: format.bytes(file.size), limit: format.bytes(limit) }))
    }
    setRefusal(undefined)
    take(file)
  }

  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    look(event.dataTransfer.files[0])
  }

  return (
    <fieldset
      aria-label={label}
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p className={classes.label}>{label}</p>
      <p className={classes.hint}>{over ? say('dropNow') : say('dropFile')}</p>
      {hint && <p className={classes.hint}>{hint}</p>}
      {/* Its own button says “choose a file” in the browser's language; ours says it in the language of the screens. */}
      <label htmlFor={id} className={classes.button} data-disabled={disabled || undefined}>
        {say('chooseFile')}
      </label>
      <input
        id={id}
        type="file"
        aria-label={label}
        className={classes.input}
        accept={kinds.join(',')}
        disabled={disabled}
        aria-describedby={refusal ? `${id}-refusal` : undefined}
        onChange={(event) => {
          look(event.currentTarget.files?.[0])
          // The same file may be corrected and chosen again.
          event.currentTarget.value = ''
        }}
      />
      {refusal && (
        <p role="alert" id={`${id}-refusal`} className={classes.refusal}>
          {refusal}
        </p>
      )}
    </fieldset>
  )
}

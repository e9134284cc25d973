import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import { type PackField, usePack } from '../../lib/pack.ts'
import type { Typed } from './change-draft.ts'
import { useWords } from './words.ts'

type FactInputProps = {
  field: PackField
  value: Typed
  onChange: (value: Typed) => void
  /** The name stands beside the field already; it is only heard here. */
  bare?: boolean
}

/** One field of the form, to be filled in the way its kind asks for. */
export function FactInput({ field, value, onChange, bare = false }: FactInputProps) {
  const t = useWords()
  const { say, codesOf } = usePack()
  const unit = say(field.unit)
  const label = `${field.number} ${say(field.name)}${unit ? ` (${unit})` : ''}`
  const required = field.required
  const named = bare ? { 'aria-label': label } : { label }
  if (field.kind === 'codes' && field.list) {
    return (
      <Checkbox.Group {...named} value={[...value]} onChange={onChange}>
        <Group gap="md" mt={4}>
          {codesOf(field.list).map(({ code, name }) => (
            <Checkbox key={code} value={code} label={name} />
          ))}
        </Group>
      </Checkbox.Group>
    )
  }
  const text = typeof value === 'string' ? value : ''
  const choices =
    field.kind === 'boolean'
      ? [
          { value: 'true', label: t('card.yes') },
          { value: 'false', label: t('card.no') },
        ]
      : field.kind === 'code' && field.list
        ? codesOf(field.list).map(({ code, name }) => ({ value: code, label: name }))
        : undefined
  if (choices) {
    return (
      <NativeSelect
        {...named}
        required={required}
        value={text}
        data={[{ value: '', label: t('card.not-recorded') }, ...choices]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  const isNumber = field.kind === 'money' || field.kind === 'integer' || field.kind === 'decimal'
  return (
    <TextInput
      {...named}
      required={required}
      type={field.kind === 'date' ? 'date' : 'text'}
      inputMode={isNumber ? 'decimal' : 'text'}
      autoComplete="off"
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

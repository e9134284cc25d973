import { Button, Checkbox, Group, NumberInput, Popover, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { isDay, isPeriod } from '../../../src/kernel/calendar.ts'
import { usePack } from '../../lib/pack.ts'
import type { UrlState } from '../../lib/url-state.ts'
import classes from './filter-menu.module.css'
import { isSize, useBoundField } from './filter-parts.ts'
import { readFilter } from './register-search.ts'
import { useWords } from './words.ts'

type FilterMenuProps = {
  url: UrlState
  onChange: (change: Record<string, string | undefined>) => void
}

/** The menu of filters. Each choice is applied at once and is one step for Back. */
export function FilterMenu({ url, onChange }: FilterMenuProps) {
  const t = useWords()
  const { pack } = usePack()
  const filter = readFilter(url)
  const status = useBoundField('household.status')
  const cause = useBoundField('household.cause')
  return (
    <Popover position="bottom-start" width={420} trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Button variant="default">{t('filter.add')}</Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} aria-label={t('filter.label')}>
        <Choices
          title={t('filter.status')}
          list={status?.list}
          chosen={filter.status}
          onChoose={(codes) => onChange({ status: codes.join(',') || undefined })}
        />
        <Choices
          title={t('filter.cause')}
          list={cause?.list}
          chosen={filter.cause}
          onChoose={(codes) => onChange({ cause: codes.join(',') || undefined })}
        />
        <Part title={t('filter.size')}>
          <Group gap="sm" wrap="nowrap">
            <Size label={t('filter.size-from')} value={filter.sizeFrom} onSet={(sizeFrom) => onChange({ sizeFrom })} />
            <Size label={t('filter.size-to')} value={filter.sizeTo} onSet={(sizeTo) => onChange({ sizeTo })} />
          </Group>
        </Part>
        <Period example={pack.period} value={filter.period} onSet={(period) => onChange({ period })} />
        <PastDay value={filter.asOf} onSet={(asOf) => onChange({ asOf })} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={classes.part}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

type ChoicesProps = {
  title: string
  list: string | undefined
  chosen: readonly string[]
  onChoose: (codes: readonly string[]) => void
}

function Choices({ title, list, chosen, onChoose }: ChoicesProps) {
  const { codesOf } = usePack()
  return (
    <Part title={title}>
      <div className={classes.choices}>
        {codesOf(list ?? '').map(({ code, name }) => (
          <Checkbox
            key={code}
            size="sm"
            label={name}
            checked={chosen.includes(code)}
            onChange={(event) =>
              onChoose(event.currentTarget.checked ? [...chosen, code] : chosen.filter((one) => one !== code))
            }
          />
        ))}
      </div>
    </Part>
  )
}

/** A bound of the household's size. It counts once the field is left or Enter is pressed, not at every digit. */
function Size({
  label,
  value,
  onSet,
}: {
  label: string
  value: string | undefined
  onSet: (value: string | undefined) => void
}) {
  const t = useWords()
  const [typed, setTyped] = useState(value ?? '')
  const settle = () => {
    const wanted = isSize(typed) ? typed : undefined
    setTyped(wanted ?? '')
    if (wanted !== value) onSet(wanted)
  }
  return (
    <NumberInput
      size="sm"
      label={label}
      placeholder={t('filter.any')}
      min={1}
      max={99}
      allowDecimal={false}
      allowNegative={false}
      value={typed}
      onChange={(next) => setTyped(String(next))}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
    />
  )
}

function Period({
  example,
  value,
  onSet,
}: {
  example: string
  value: string | undefined
  onSet: (value: string | undefined) => void
}) {
  const t = useWords()
  const [typed, setTyped] = useState(value ?? '')
  const wrong = typed !== '' && !isPeriod(typed)
  const settle = () => {
    const wanted = typed === '' ? undefined : typed
    if (!wrong && wanted !== value) onSet(wanted)
  }
  return (
    <Stack gap={4}>
      <TextInput
        size="sm"
        label={t('filter.period')}
        description={t('filter.period-hint', { example })}
        error={wrong ? t('mapping.period-wrong', { example }) : undefined}
        value={typed}
        maxLength={7}
        inputMode="numeric"
        onChange={(event) => setTyped(event.currentTarget.value.trim())}
        onBlur={settle}
        onKeyDown={(event) => event.key === 'Enter' && settle()}
      />
    </Stack>
  )
}

/** The day that the list is of. It counts once it is whole, not at every digit. */
function PastDay({ value, onSet }: { value: string | undefined; onSet: (value: string | undefined) => void }) {
  const t = useWords()
  const [typed, setTyped] = useState(value ?? '')
  const settle = () => {
    const wanted = typed === '' || !isDay(typed) ? undefined : typed
    if (wanted !== value) onSet(wanted)
  }
  return (
    <TextInput
      size="sm"
      type="date"
      label={t('filter.as-of')}
      description={t('filter.as-of-hint')}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
    />
  )
}

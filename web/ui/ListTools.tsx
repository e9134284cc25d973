import { Button, Checkbox, Popover, ScrollArea, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './ListTools.module.css'
import { useDensity } from './list.ts'
import { useTexts } from './texts/index.ts'

export type ColumnOption = { readonly id: string; readonly name: string; readonly group?: string | undefined }

type ListToolsProps = {
  /** Columns that may be added to the list; nothing shows only the row height. */
  options?: readonly ColumnOption[]
  chosen?: readonly string[]
  choose?: (chosen: string[]) => void
  /** Most that may be chosen at once. */
  most?: number
}

/** What a person may change about a list: its further columns, grouped and searchable, and the height of rows. */
export function ListTools({ options = [], chosen = [], choose, most = 8 }: ListToolsProps) {
  const say = useTexts()
  const [density, setDensity] = useDensity()
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = options.filter(({ name }) => name.toLowerCase().includes(wanted))
  const groups = [...new Set(found.map(({ group }) => group ?? ''))]
  const toggle = (id: string) => choose?.(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <Popover position="bottom-end" trapFocus shadow="md" width={300}>
      <Popover.Target>
        <Button variant="default" size="compact-md">
          {say('columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={say('columnsHint')}>
        <div className={classes.tools}>
          <Switch
            label={say('compact')}
            checked={density === 'compact'}
            onChange={(event) => setDensity(event.currentTarget.checked ? 'compact' : 'normal')}
          />
          {options.length > 0 && (
            <>
              <TextInput
                aria-label={say('columnsHint')}
                placeholder={say('columnsHint')}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
              <ScrollArea.Autosize mah={320} type="auto">
                {groups.map((group) => (
                  <fieldset key={group} className={classes.group}>
                    {group && <legend>{group}</legend>}
                    {found
                      .filter((option) => (option.group ?? '') === group)
                      .map((option) => (
                        <Checkbox
                          key={option.id}
                          label={option.name}
                          checked={chosen.includes(option.id)}
                          disabled={!chosen.includes(option.id) && chosen.length >= most}
                          onChange={() => toggle(option.id)}
                        />
                      ))}
                  </fieldset>
                ))}
              </ScrollArea.Autosize>
            </>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

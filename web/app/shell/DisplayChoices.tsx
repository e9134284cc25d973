import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useId } from 'react'
import { type Counting, useCounting } from '../../lib/format.ts'
import { useDensity } from '../../ui/list.ts'
import { useTexts } from '../texts/index.ts'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import classes from './shell.module.css'

/** How the screens look on this device: colours, large numbers, height of rows, and the language where asked for. */
export function DisplayChoices({ withLanguage = false }: { withLanguage?: boolean }) {
  const say = useTexts()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [counting, setCounting] = useCounting()
  const [density, setDensity] = useDensity()
  return (
    <div className={classes.choices}>
      <Choice
        label={say('colours')}
        value={colorScheme}
        choose={(value) => setColorScheme(value as MantineColorScheme)}
        options={[
          { value: 'auto', label: say('coloursAuto') },
          { value: 'light', label: say('coloursLight') },
          { value: 'dark', label: say('coloursDark') },
        ]}
      />
      <Choice
        label={say('counting')}
        value={counting}
        choose={(value) => setCounting(value as Counting)}
        options={[
          { value: 'thousands', label: say('countingThousands') },
          { value: 'myriads', label: say('countingMyriads') },
        ]}
      />
      <Choice
        label={say('rows')}
        value={density}
        choose={(value) => setDensity(value as 'normal' | 'compact')}
        options={[
          { value: 'normal', label: say('rowsNormal') },
          { value: 'compact', label: say('rowsCompact') },
        ]}
      />
      {withLanguage && (
        <div>
          <p className={classes.choiceLabel}>{say('language')}</p>
          <LanguageSwitch />
        </div>
      )}
    </div>
  )
}

type ChoiceProps = {
  label: string
  value: string
  choose: (value: string) => void
  options: { value: string; label: string }[]
}

function Choice({ label, value, choose, options }: ChoiceProps) {
  const id = useId()
  return (
    <div>
      <p className={classes.choiceLabel} id={id}>
        {label}
      </p>
      <SegmentedControl aria-labelledby={id} value={value} onChange={choose} data={options} size="sm" />
    </div>
  )
}

import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { measureIds } from '../../../src/beams/register/map/contract.ts'
import { usePack } from '../../lib/pack.ts'
import { useBoundField } from './filter-parts.ts'
import classes from './map-page.module.css'
import type { MapUrl } from './map-state.ts'
import { useWords } from './words.ts'

type MapToolsProps = {
  wish: MapUrl
  /** Tags that some place on the map carries. */
  tags: readonly string[]
  onChange: (change: Record<string, string | undefined>) => void
  onPicture: (() => void) | undefined
}

/** What the map shows and how: each choice stands in the address and is one step for Back. */
export function MapTools({ wish, tags, onChange, onPicture }: MapToolsProps) {
  const t = useWords()
  const { tagName } = usePack()
  const tagOptions = wish.tag && !tags.includes(wish.tag) ? [...tags, wish.tag] : tags
  return (
    <div className={classes.tools}>
      <NativeSelect
        label={t('map.measure')}
        value={wish.measure}
        onChange={(event) => onChange({ measure: event.currentTarget.value })}
        data={measureIds.map((id) => ({ value: id, label: t(`map.measure.${id}`) }))}
      />
      <CodeSelect binding="status" value={wish.status} onChange={(status) => onChange({ status })} />
      <CodeSelect binding="cause" value={wish.cause} onChange={(cause) => onChange({ cause })} />
      {tagOptions.length > 0 && (
        <NativeSelect
          label={t('map.tag')}
          value={wish.tag ?? ''}
          onChange={(event) => onChange({ tag: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: t('map.no-tag') },
            ...tagOptions.map((tag) => ({ value: tag, label: tagName(tag) })),
          ]}
        />
      )}
      <div className={classes.wide}>
        <span className={classes.toolName} id="map-classes">
          {t('map.classes')}
        </span>
        <SegmentedControl
          aria-labelledby="map-classes"
          value={wish.classes}
          onChange={(value) => onChange({ classes: value === 'equal' ? value : undefined })}
          data={[
            { value: 'quantile', label: t('map.quantile') },
            { value: 'equal', label: t('map.equal') },
          ]}
        />
      </div>
      {onPicture && (
        <Button variant="default" onClick={onPicture}>
          {t('map.picture')}
        </Button>
      )}
    </div>
  )
}

/** One code of a list of the household form, or all of them. Several in the address stand as they are. */
function CodeSelect({
  binding,
  value,
  onChange,
}: {
  binding: 'status' | 'cause'
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const t = useWords()
  const { codesOf } = usePack()
  const field = useBoundField(`household.${binding}`)
  const options = codesOf(field?.list ?? '').map(({ code, name }) => ({ value: code, label: name }))
  const other = value !== undefined && !options.some((option) => option.value === value)
  return (
    <NativeSelect
      label={t(`filter.${binding}`)}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: t('map.all') },
        ...options,
        ...(other ? [{ value, label: namesOf(value, options) ?? t('filter.unknown', { value }) }] : []),
      ]}
    />
  )
}

function namesOf(value: string, options: readonly { value: string; label: string }[]): string | undefined {
  const names = value.split(',').map((code) => options.find((option) => option.value === code)?.label)
  return names.includes(undefined) ? undefined : names.join(' + ')
}

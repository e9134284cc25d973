import { useMemo } from 'react'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { classAt, classesOf, classTokens, colourAt } from './map-classes.ts'
import type { Legend, MapCounts, MapRow, MapUrl } from './map-state.ts'
import { useWords } from './words.ts'

/**
 * The children of a place as map and table show them, and the legend of both. A count of nothing is no class of its own:
 * it is shown as none, so that the colours tell apart what there is.
 */
export function useMapRows(data: MapCounts | undefined, { classes: mode, tag }: Pick<MapUrl, 'classes' | 'tag'>) {
  const t = useWords()
  const format = useFormat()
  const { tagName } = usePack()
  const unit = data?.unit
  const write = useMemo(
    () => (value: number | null) => {
      if (value === null) return format.number(null)
      return unit === 'share' ? format.share(value) : format.number(value, unit === 'mean' ? 2 : undefined)
    },
    [format, unit],
  )
  const made = useMemo(() => {
    if (!data) return undefined
    const shown = (value: number | null): value is number => value !== null && (data.unit !== 'count' || value > 0)
    const classes = classesOf(data.children.map(({ value }) => value).filter(shown), mode)
    const token = (index: number) => classTokens[colourAt(index, classes.length)]!
    const rows: MapRow[] = data.children.map((child) => {
      const classNo = shown(child.value) ? classAt(classes, child.value) : -1
      return {
        ...child,
        classNo,
        token: classNo < 0 ? '--fb-map-none' : token(classNo),
        written: write(child.value),
        tagged: tag !== undefined && child.tags.includes(tag),
      }
    })
    const legend: Legend = {
      title: t(`map.measure.${data.measure}`),
      classes: classes.map((one, index) => {
        const [from, to] = [write(one.from), write(one.to)]
        return { ...one, token: token(index), words: from === to ? from : t('number.range', { from, to }) }
      }),
      none: rows.some(({ classNo }) => classNo < 0) ? t(data.unit === 'count' ? 'map.none' : 'map.nothing') : undefined,
      tag: tag === undefined ? undefined : tagName(tag),
    }
    return { rows, legend }
  }, [data, mode, tag, write, t, tagName])
  const rows = made?.rows ?? []
  const byCode = useMemo(() => new Map(made?.rows.map((row) => [row.code, row])), [made])
  return { rows, byCode, legend: made?.legend, write }
}

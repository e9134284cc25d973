import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { MapLibreMap } from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import { hatchTile, readMapColours } from './map-colours.ts'
import classes from './map-page.module.css'
import type { MapRow, MapShapes } from './map-state.ts'
import { FONT, mapStyle } from './map-style.ts'
import { useWords } from './words.ts'

type MapViewProps = {
  shapes: MapShapes
  rows: ReadonlyMap<string, MapRow>
  /** The place under the pointer, on the map or in the table. */
  hovered: string | undefined
  onHover: (code: string | undefined) => void
  onOpen: (code: string) => void
}

/** Whether this browser can draw the map at all. */
export function drawsMaps(): boolean {
  try {
    const context = document.createElement('canvas').getContext('webgl2')
    // A page may hold few contexts; this one was only asked for.
    context?.getExtension('WEBGL_lose_context')?.loseContext()
    return context !== null
  } catch {
    return false
  }
}

/** The map: a colour for each place, hatching over those with the tag. Pressing a place opens it. */
export function MapView({ shapes, rows, hovered, onHover, onOpen }: MapViewProps) {
  const t = useWords()
  const holder = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<MapLibreMap>()
  const [still, setStill] = useState(false)
  const scheme = useSchemeOnPage()
  const phone = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const acts = useRef({ onHover, onOpen })
  acts.current = { onHover, onOpen }
  const title = t('map.canvas')

  useEffect(() => {
    let gone = false
    let made: MapLibreMap | undefined
    void openMap(holder.current!, title, phone).then((opened) => {
      if (gone) opened.remove()
      else {
        made = opened
        opened.on('idle', () => setStill(true))
        opened.on('mousemove', 'areas', (event) => {
          opened.getCanvas().style.cursor = 'pointer'
          acts.current.onHover(event.features?.[0]?.properties.code)
        })
        opened.on('mouseleave', 'areas', () => {
          opened.getCanvas().style.cursor = ''
          acts.current.onHover(undefined)
        })
        opened.on('click', 'areas', (event) => acts.current.onOpen(event.features?.[0]?.properties.code))
        setMap(opened)
      }
    })
    return () => {
      gone = true
      made?.remove()
      setMap(undefined)
    }
  }, [title, phone])

  useEffect(() => {
    if (!map) return
    let gone = false
    setStill(false)
    const names = [...rows.values()].map(({ name }) => name).join('')
    // Letters are drawn once and kept: they wait for their font.
    void document.fonts.load(`400 24px '${FONT}'`, names).then(() => {
      if (gone) return
      const colours = readMapColours()
      const hatch = `hatch-${scheme}`
      if (!map.hasImage(hatch)) addHatch(map, hatch, colours.hatch)
      map.setStyle(mapStyle(shapes, rows, colours, hatch), { diff: true })
      if (!map.hasImage(hatch)) addHatch(map, hatch, colours.hatch)
      showAll(map, shapes)
    })
    return () => {
      gone = true
    }
  }, [map, shapes, rows, scheme])

  useEffect(() => {
    if (!map || hovered === undefined || !map.getSource('areas')) return
    const feature = { source: 'areas', id: hovered }
    map.setFeatureState(feature, { hover: true })
    return () => {
      if (map.getSource('areas')) map.setFeatureState(feature, { hover: false })
    }
  }, [map, hovered, still])

  return <div ref={holder} className={classes.canvas} aria-busy={!still || undefined} />
}

/** The scheme once the page shows it: the colours are read from there. */
function useSchemeOnPage(): string {
  useMantineColorScheme()
  return useComputedColorScheme('light', { getInitialValueInEffect: false })
}

async function openMap(container: HTMLDivElement, title: string, phone: boolean): Promise<MapLibreMap> {
  const [maplibre, { default: worker }] = await Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?url'),
  ])
  // The content policy lets scripts come from our own address only, and by default the worker is made of text.
  maplibre.setWorkerUrl(worker)
  return new maplibre.Map({
    container,
    style: { version: 8, sources: {}, layers: [] },
    attributionControl: false,
    localIdeographFontFamily: FONT,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // The page scrolls under the finger and the wheel; one goes deeper by pressing a place.
    scrollZoom: false,
    dragPan: !phone,
    touchZoomRotate: !phone,
    keyboard: false,
    fadeDuration: 0,
    locale: { 'Map.Title': title },
  })
}

function addHatch(map: MapLibreMap, name: string, colour: string): void {
  const tile = hatchTile(colour)
  map.addImage(name, tile.getContext('2d')!.getImageData(0, 0, tile.width, tile.height), { pixelRatio: 1 })
}

function showAll(map: MapLibreMap, { box }: MapShapes): void {
  if (!box) return
  map.resize()
  map.fitBounds([box.west, box.south, box.east, box.north], { padding: 16, animate: false, maxZoom: 18 })
}

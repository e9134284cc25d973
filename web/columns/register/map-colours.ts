import { classTokens } from './map-classes.ts'

/** What the map needs to be told in colours: it is drawn outside the style sheets. */
export type MapColours = ReturnType<typeof readMapColours>

/** The tokens of the present scheme as colours. */
export function readMapColours() {
  const style = getComputedStyle(document.documentElement)
  const of = (token: string) => style.getPropertyValue(token).trim()
  return {
    classes: classTokens.map(of),
    none: of('--fb-map-none'),
    border: of('--fb-surface'),
    ink: of('--fb-ink'),
    quiet: of('--fb-quiet'),
    ground: of('--fb-ground'),
    hatch: of('--fb-map-hatch'),
    label: of('--fb-map-label'),
    halo: of('--fb-map-halo'),
  }
}

/** The colour of a row by the name of its token. */
export function colourOf(colours: MapColours, token: string): string {
  return colours.classes[classTokens.indexOf(token)] ?? colours.none
}

const TILE = 8

/** A square of slanted lines that fits itself on every side. */
export function hatchTile(colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = TILE
  canvas.height = TILE
  const pen = canvas.getContext('2d')!
  pen.strokeStyle = colour
  pen.lineWidth = 1.6
  for (const shift of [-TILE, 0, TILE]) {
    pen.beginPath()
    pen.moveTo(shift - 1, TILE + 1)
    pen.lineTo(shift + TILE + 1, -1)
    pen.stroke()
  }
  return canvas
}

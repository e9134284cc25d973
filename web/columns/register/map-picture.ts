import { colourOf, hatchTile, readMapColours } from './map-colours.ts'
import type { Legend, MapRow, MapShapes } from './map-state.ts'
import { FONT } from './map-style.ts'

export type PictureWords = {
  readonly title: string
  readonly subtitle: string
  /** Small print: day, source, and that the map is schematic or the data invented. */
  readonly notes: readonly string[]
}

const WIDTH = 1600
const HEIGHT = 1200
const MARGIN = 48
const LEGEND = 300

/** Draws the map as a picture for reports, with all that a reader needs who does not see the page. */
export async function drawPicture(
  shapes: MapShapes,
  rows: ReadonlyMap<string, MapRow>,
  legend: Legend,
  words: PictureWords,
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const pen = canvas.getContext('2d')!
  const colours = readMapColours()
  const texts = [...rows.values()].map(({ name }) => name).join('')
  await Promise.all(
    [400, 600].map((weight) =>
      document.fonts.load(`${weight} 24px '${FONT}'`, texts + words.title + words.subtitle + words.notes.join('')),
    ),
  )
  const write = (text: string, x: number, y: number, size: number, colour: string, weight = 400) => {
    pen.font = `${weight} ${size}px '${FONT}', sans-serif`
    pen.fillStyle = colour
    pen.fillText(text, x, y)
  }
  pen.fillStyle = colours.ground
  pen.fillRect(0, 0, WIDTH, HEIGHT)
  write(words.title, MARGIN, MARGIN + 30, 34, colours.ink, 600)
  write(words.subtitle, MARGIN, MARGIN + 72, 22, colours.quiet)
  const bottom = HEIGHT - MARGIN - words.notes.length * 28
  for (const [index, note] of words.notes.entries()) write(note, MARGIN, bottom + 34 + index * 28, 18, colours.quiet)
  const frame = { left: MARGIN, top: MARGIN + 100, right: WIDTH - MARGIN - LEGEND, bottom: bottom - 10 }
  drawShapes(pen, frame, shapes, rows, colours)
  drawLegend(pen, write, frame.right + 40, frame.top + 20, legend, colours)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be written'))), 'image/png')
  })
}

type Frame = { left: number; top: number; right: number; bottom: number }
type Pen = CanvasRenderingContext2D
type Colours = ReturnType<typeof readMapColours>

function drawShapes(
  pen: Pen,
  frame: Frame,
  shapes: MapShapes,
  rows: ReadonlyMap<string, MapRow>,
  colours: Colours,
): void {
  const { box } = shapes
  if (!box) return
  // The same projection as on the screen.
  const height = (latitude: number) => Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) * (180 / Math.PI)
  const [south, north] = [height(box.south), height(box.north)]
  const scale = Math.min(
    (frame.right - frame.left) / (box.east - box.west),
    (frame.bottom - frame.top) / (north - south),
  )
  const left = (frame.left + frame.right - (box.east - box.west) * scale) / 2
  const top = (frame.top + frame.bottom - (north - south) * scale) / 2
  const at = ([x, y]: readonly [number, number]) =>
    [left + (x - box.west) * scale, top + (north - height(y)) * scale] as const
  const hatch = pen.createPattern(hatchTile(colours.hatch), 'repeat')!
  for (const { code, polygons } of shapes.shapes) {
    const row = rows.get(code)
    if (!row) continue
    pen.beginPath()
    for (const ring of polygons.flat()) {
      for (const [index, point] of ring.entries()) {
        const [x, y] = at(point)
        if (index === 0) pen.moveTo(x, y)
        else pen.lineTo(x, y)
      }
      pen.closePath()
    }
    pen.fillStyle = colourOf(colours, row.token)
    pen.fill('evenodd')
    if (row.tagged) {
      pen.fillStyle = hatch
      pen.fill('evenodd')
    }
    pen.strokeStyle = colours.border
    pen.lineWidth = 1.5
    pen.stroke()
  }
  drawNames(pen, shapes, rows, colours, at)
}

/** Names where there is room for them, those of the fullest places first. */
function drawNames(
  pen: Pen,
  shapes: MapShapes,
  rows: ReadonlyMap<string, MapRow>,
  colours: Colours,
  at: (point: readonly [number, number]) => readonly [number, number],
): void {
  pen.font = `400 17px '${FONT}', sans-serif`
  pen.textAlign = 'center'
  pen.lineWidth = 3.5
  pen.lineJoin = 'round'
  const taken: { x: number; y: number; half: number }[] = []
  const fullest = [...shapes.shapes].sort(
    (a, b) => (rows.get(b.code)?.allHouseholds ?? 0) - (rows.get(a.code)?.allHouseholds ?? 0),
  )
  for (const { code, middle } of fullest) {
    const name = rows.get(code)?.name
    if (!name) continue
    const [x, y] = at(middle)
    const half = pen.measureText(name).width / 2 + 4
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 24)) continue
    taken.push({ x, y, half })
    pen.strokeStyle = colours.halo
    pen.strokeText(name, x, y + 6)
    pen.fillStyle = colours.label
    pen.fillText(name, x, y + 6)
  }
  pen.textAlign = 'left'
}

function drawLegend(
  pen: Pen,
  write: (text: string, x: number, y: number, size: number, colour: string, weight?: number) => void,
  x: number,
  y: number,
  legend: Legend,
  colours: Colours,
): void {
  write(legend.title, x, y, 20, colours.ink, 600)
  const swatch = (index: number, fill: string | CanvasPattern, words: string) => {
    const top = y + 22 + index * 38
    pen.fillStyle = fill
    pen.fillRect(x, top, 34, 24)
    pen.strokeStyle = colours.quiet
    pen.lineWidth = 1
    pen.strokeRect(x, top, 34, 24)
    write(words, x + 46, top + 19, 18, colours.ink)
  }
  let index = 0
  for (const { token, words } of legend.classes) swatch(index++, colourOf(colours, token), words)
  if (legend.none) swatch(index++, colours.none, legend.none)
  if (legend.tag) swatch(index, pen.createPattern(hatchTile(colours.hatch), 'repeat')!, legend.tag)
}

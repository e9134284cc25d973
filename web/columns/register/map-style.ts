import type { StyleSpecification } from 'maplibre-gl'
import { colourOf, type MapColours } from './map-colours.ts'
import type { MapRow, MapShapes } from './map-state.ts'

export const FONT = 'Noto Sans SC'

/** A style without tiles, pictures or letters from anywhere: what is drawn is what the two answers say. */
export function mapStyle(
  shapes: MapShapes,
  rows: ReadonlyMap<string, MapRow>,
  colours: MapColours,
  hatch: string,
): StyleSpecification {
  const known = shapes.shapes.filter(({ code }) => rows.has(code))
  return {
    version: 8,
    sources: {
      areas: {
        type: 'geojson',
        promoteId: 'code',
        // Borders stand where they are: simplified a second time they would gape.
        tolerance: 0,
        data: {
          type: 'FeatureCollection',
          features: known.map(({ code, polygons }) => {
            const row = rows.get(code)!
            return {
              type: 'Feature',
              properties: { code, colour: colourOf(colours, row.token), tagged: row.tagged },
              geometry: { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map(closed)) },
            }
          }),
        },
      },
      names: {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: known.map(({ code, middle }) => ({
            type: 'Feature',
            properties: { name: rows.get(code)!.name, rank: -rows.get(code)!.allHouseholds },
            geometry: { type: 'Point', coordinates: [...middle] },
          })),
        },
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': colours.ground } },
      {
        id: 'areas',
        type: 'fill',
        source: 'areas',
        paint: { 'fill-color': ['get', 'colour'], 'fill-antialias': false },
      },
      {
        id: 'hatch',
        type: 'fill',
        source: 'areas',
        filter: ['==', ['get', 'tagged'], true],
        paint: { 'fill-pattern': hatch },
      },
      { id: 'borders', type: 'line', source: 'areas', paint: { 'line-color': colours.border, 'line-width': 1 } },
      {
        id: 'chosen',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': colours.ink,
          'line-width': ['case', ['boolean', ['feature-state', 'hover'], false], 3, 0],
        },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'names',
        layout: {
          'text-field': ['get', 'name'],
          'text-font': [FONT],
          'text-size': 12,
          'text-max-width': 7,
          'text-padding': 4,
          'symbol-sort-key': ['get', 'rank'],
        },
        paint: { 'text-color': colours.label, 'text-halo-color': colours.halo, 'text-halo-width': 1.4 },
      },
    ],
  }
}

type Position = readonly [number, number]

function closed(ring: readonly Position[]): [number, number][] {
  return [...ring, ring[0]!].map(([x, y]) => [x, y])
}

/**
 * The register's pages: the list of households beside the tree of places, the map, the household card, and the way
 * spreadsheets come in.
 */
export { default as HouseholdPage } from './household-page.tsx'
export { default as HouseholdUpdatePage } from './household-update-page.tsx'
export { default as ImportPage } from './import-page.tsx'
export { default as ImportsPage } from './imports-page.tsx'
export { default as MapPage } from './map-page.tsx'
export { default as PeriodPage } from './period-page.tsx'
export { default as PeriodsPage } from './periods-page.tsx'
export { default as PlaceCardPage } from './place-card-page.tsx'
export { default as PlaceCardUpdatePage } from './place-card-update-page.tsx'
export { default as PlacesPage } from './places-page.tsx'
export { default as RegisterPage } from './register-page.tsx'

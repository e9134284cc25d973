import { configureGlobal } from 'fast-check'

/**
 * Random tests draw the same values on every machine, so that a failure can be seen again by whoever reads it.
 * `FOURBEAMS_SEED` searches elsewhere.
 */
const seed = Number(process.env.FOURBEAMS_SEED ?? 20140412)

configureGlobal({ seed })

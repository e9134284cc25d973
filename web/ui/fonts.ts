/**
 * Noto Sans SC for both scripts, cut into pieces by range of characters: a browser loads a piece when a page shows
 * one of its characters that the first font lacks. Weights 400 for text and 600 for emphasis; nothing else is used.
 */
import '@fontsource/noto-sans-sc/400.css'
import '@fontsource/noto-sans-sc/600.css'

import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

/** What is filled with the accent carries the ink that the scheme gives it: white on deep teal, dark on light teal. */
const colours: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input)
  if (input.variant !== 'filled' || (input.color && input.color !== 'accent')) return resolved
  return { ...resolved, color: 'var(--fb-on-accent)' }
}

/** Shades of the one accent: 7 carries light pages, 3 dark ones. The tokens in theme.css hold the same two. */
const accent: MantineColorsTuple = [
  '#e2f0ef',
  '#c4e2e0',
  '#9adedb',
  '#74cac6',
  '#44a8a5',
  '#238785',
  '#14706f',
  '#0b5f62',
  '#084a4c',
  '#05383a',
]

/** Greys of the dark scheme, in the hue of the tokens. */
const dark: MantineColorsTuple = [
  '#e8edec',
  '#c6cfd1',
  '#a4b0b4',
  '#7b888d',
  '#525d62',
  '#323b40',
  '#22292d',
  '#13181a',
  '#0e1214',
  '#090c0d',
]

/** Mantine in our clothes: the accent, small radii, the font, and touch targets where fingers are used. */
export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver: colours,
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  // The first is the app's own characters in one small file, the second all others in pieces: see first-font.config.ts.
  fontFamily: "'Noto Sans SC First', 'Noto Sans SC', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, monospace, 'Noto Sans SC First', 'Noto Sans SC'",
  fontSizes: { xs: '12px', sm: '14px', md: '15px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '24px' }, h2: { fontSize: '18px' }, h3: { fontSize: '16px' } },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // By name and not by import: dialogs and drawers are loaded when they are needed.
  components: {
    // The head of a dialog is a <header>, which would count as a second banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    // Inside the bar that opens it a menu is part of a landmark; and nothing but its entries stands in it.
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
  },
})

const tokens = {
  '--mantine-primary-color-filled': 'var(--fb-accent)',
  '--mantine-primary-color-filled-hover': 'var(--fb-accent-strong)',
  '--mantine-primary-color-contrast': 'var(--fb-on-accent)',
  '--mantine-color-accent-filled': 'var(--fb-accent)',
  '--mantine-color-accent-filled-hover': 'var(--fb-accent-strong)',
  '--mantine-color-body': 'var(--fb-ground)',
  '--mantine-color-text': 'var(--fb-ink)',
  '--mantine-color-dimmed': 'var(--fb-quiet)',
  '--mantine-color-placeholder': 'var(--fb-quiet)',
  '--mantine-color-error': 'var(--fb-act)',
  '--mantine-color-anchor': 'var(--fb-accent)',
  '--mantine-color-default': 'var(--fb-surface)',
  '--mantine-color-default-hover': 'var(--fb-sunken)',
  '--mantine-color-default-color': 'var(--fb-ink)',
  '--mantine-color-default-border': 'var(--fb-edge)',
}

/** Hands our tokens to Mantine's components, so that its inputs, menus and dialogs follow both schemes. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens })

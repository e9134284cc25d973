import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

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

/** Mantine in our clothes: the accent, small radii, the font, and touch targets where fingers are used. */
export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  fontFamily: "'Noto Sans SC', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Noto Sans SC', monospace",
  fontSizes: { xs: '12px', sm: '14px', md: '15px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '24px' }, h2: { fontSize: '18px' }, h3: { fontSize: '16px' } },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

const tokens = {
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

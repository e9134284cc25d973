export const en = {
  unreachable: 'The server did not answer. Nothing was changed. Check the connection and try again.',
  foreignAnswer: 'Something between you and the server answered instead of it (status {{status}}). Try again; if it stays, tell the operator.',
  pageFailed: 'This page could not be shown: {{detail}}. Reload it; if it stays, tell the operator.',
  tenThousand: '{{n}} ×10⁴',
  hundredMillion: '{{n}} ×10⁸',
  seconds: '{{n}} s',
  minutes: '{{n}} min',
  hours: '{{n}} h',
  unknown: '–',
  operator: 'operator of the system',
} as const

/**
 * What every request carries besides its input, and what happens when the session is over. Set by the session and
 * the language, read by `call`; a module of its own so that neither needs to import the other.
 */
export const wire: {
  /** Proof that a change comes from our own page; sent with every unsafe method. */
  pageToken: string | undefined
  /** Language tag of the screens; the server writes its sentences in it. */
  language: string
  /** Called when the server no longer knows the session. */
  signedOut: () => void
  /** Asks the person for proof before a grave act; says whether it was given. */
  prove: (() => Promise<boolean>) | undefined
} = { pageToken: undefined, language: 'en', signedOut: () => {}, prove: undefined }

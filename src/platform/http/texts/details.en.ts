/** What is wrong with a request, as the `detail` of `request.invalid`; `at` is where: `body.rows.3`. */
export const detailsEn = {
  missing: '{at} is missing',
  unstorable: '{at}: contains a character that is no character',
  'form-expected': 'one file in a multipart form is expected',
  'form-broken': 'the upload broke off, or is no multipart form',
  'json-expected': 'send JSON',
}

export type Detail = keyof typeof detailsEn

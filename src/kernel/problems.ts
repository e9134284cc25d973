/**
 * The one catalogue of problems. A code is for ever; a sentence says what happened and what to do, in that order.
 * `status` is the HTTP status when the problem ends a request. Codes that begin with `row.` are faults of one row of
 * an import; they end no request. The Chinese sentences stand in `texts/problems.zh-CN.ts`, held complete by type.
 */
export const problems = {
  // Requests
  'request.invalid': { status: 400, en: 'The request does not have the expected form: {detail}. Correct it and send it again.' },
  'request.unknown-filter': { status: 400, en: 'There is no filter named “{name}”. Use one of: {known}.' },
  'request.not-found': { status: 404, en: 'Nothing was found at this address, or it lies outside the place you act for. Check the address.' },
  'request.too-large': { status: 413, en: 'The file or text is larger than {limit}. Split it and send the parts.' },
  'request.too-many': { status: 429, en: 'Too many attempts in a short time. Wait {seconds} seconds and try again.' },
  'request.conflict': { status: 409, en: 'Somebody else changed this meanwhile. Load it again and look at the difference.' },
  'request.not-open': { status: 409, en: '“{action}” is not possible now: {why}.' },
  'server.failed': { status: 500, en: 'Something went wrong here, and nothing was changed. Try again; if it stays, give this number to the operator: {reference}.' },
  'server.busy': { status: 503, en: 'The system cannot reach its database at the moment. Nothing was changed. Try again in a minute.' },
  // Access
  'access.not-signed-in': { status: 401, en: 'You are not signed in. Sign in and try again.' },
  'access.wrong-credentials': { status: 401, en: 'The sign-in name or the password is wrong. Check both and try again.' },
  'access.locked': { status: 423, en: 'This account is locked until {until} after too many wrong passwords. Wait, or ask your administrator.' },
  'access.no-post': { status: 403, en: 'This account holds no post today, so it can see nothing. Ask your administrator to enter your post.' },
  'access.no-right': { status: 403, en: 'Your post does not carry the right “{right}”. Ask somebody whose post does.' },
  'access.outside-place': { status: 403, en: 'This lies outside the place you act for. Choose a place below {place}.' },
  'access.bad-token': { status: 403, en: 'The page is out of date, so the change was not accepted. Reload the page and do it again.' },
  'access.login-taken': { status: 409, en: 'There is already an account with the sign-in name “{login}”. Choose another.' },
  'access.weak-password': { status: 422, en: 'The password is too easy to guess. Use at least {min} characters.' },
} as const satisfies Record<string, { status: number; en: string }>

export type ProblemCode = keyof typeof problems

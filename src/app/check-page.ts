import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type CardCheck, checkToken, paperWords } from '../beams/register/index.ts'
import { NOWHERE } from '../kernel/place-code.ts'
import { COOKIE } from '../platform/http/server.ts'
import type { House } from './open.ts'

/**
 * The page behind the code on a printed card, `/v/TOKEN`: a page of its own without scripts, because it is opened once,
 * by a stranger, on whatever phone. Officers in whose reach the household lies come to its card instead.
 * @param most scans a minute from one address
 */
export function serveCheckPage(app: FastifyInstance, house: House, most: number): void {
  app.get<{ Params: { token: string } }>(
    '/v/:token',
    { config: { rateLimit: { max: most } } },
    async (request, reply) => {
      const caller = await house.sessions.find(request.cookies[COOKIE])
      const language = languageFor(request, house.pack.languages)
      const check = await house.db.transaction(
        caller?.scope ?? NOWHERE,
        (tx) => checkToken(tx, house.register, caller, request.params.token, language),
        { readOnly: true },
      )
      reply.header('cache-control', 'no-store')
      if (check.state === 'valid' && check.household !== null) return reply.redirect(addressOf(check.household), 302)
      return reply.type('text/html; charset=utf-8').send(page(check, language, house.pack.languages))
    },
  )
}

const addressOf = (household: number) => `/register/${household}`

/** Asked for in the address, else the first that the browser wants and the programme has. */
function languageFor(request: FastifyRequest, known: readonly string[]): string {
  const asked = (request.query as { lang?: unknown }).lang
  if (typeof asked === 'string' && known.includes(asked)) return asked
  const wanted = String(request.headers['accept-language'] ?? '')
    .split(',')
    .map((part) => part.split(';')[0]!.trim().toLowerCase().split('-')[0]!)
  const found = wanted.map((word) => known.find((language) => language.toLowerCase().startsWith(word)))
  return found.find((language) => language !== undefined) ?? known[0]!
}

const sentences = {
  valid: ['valid', 'validNote'],
  superseded: ['superseded', 'supersededNote'],
  revoked: ['revoked', 'revokedNote'],
  'not-genuine': ['notGenuine', 'notGenuineNote'],
} as const

function page(check: CardCheck, language: string, languages: readonly string[]): string {
  const { words, tag } = paperWords(language)
  const [sentence, note] = sentences[check.state]
  const facts: [string, string | null][] = [
    [words.issuedBy, check.office],
    [words.issuedOn, check.issuedOn],
    [words.endedOn, check.endedOn],
  ]
  const phone = `<a class="phone" href="tel:${escapeHtml(check.hotline)}">${escapeHtml(check.hotline)}</a>`
  return `<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(words[sentence])}</title>
<style>${style}</style>
</head>
<body class="${check.state}">
<main>
<p class="kind">${escapeHtml(words.checkTitle)}</p>
<h1><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${marks[check.state]}"/></svg>${escapeHtml(words[sentence])}</h1>
<p>${escapeHtml(words[note])}</p>
<dl>
${facts
  .filter(([, value]) => value !== null)
  .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value!)}</dd></div>`)
  .join('\n')}
<div><dt>${escapeHtml(words.hotline)}</dt><dd>${phone}</dd></div>
</dl>
${check.household === null ? '' : `<p><a href="${addressOf(check.household)}">${escapeHtml(words.openCard)}</a></p>`}
<p class="quiet">${escapeHtml(words.nothingElse)}</p>
</main>
<footer>${languages
    .map(
      (one) =>
        `<a href="?lang=${encodeURIComponent(one)}" lang="${escapeHtml(one)}"${one === language ? ' aria-current="true"' : ''}>${escapeHtml(nameOf(one))}</a>`,
    )
    .join(' ')}</footer>
</body>
</html>
`
}

/** A language's own name for itself. */
function nameOf(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language.split('-')[0]!) ?? language
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

/** State is said by words and shape, not by colour alone: a tick, a turned arrow, a bar, a cross. */
const marks = {
  valid: 'M4 12.5l5.5 5.5L20 7',
  superseded: 'M5 12h13M13 6l6 6-6 6',
  revoked: 'M5 12h14',
  'not-genuine': 'M6 6l12 12M18 6L6 18',
} as const

const style = `
:root{--ground:#fafaf8;--surface:#fff;--ink:#1a2024;--quiet:#54606a;--line:#dde1de;--accent:#0b5f62;--done:#1c6638;--soon:#855000;--act:#ae2219;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ground:#13181a;--surface:#1a2023;--ink:#e8edec;--quiet:#a4b0b4;--line:#323b40;--accent:#74cac6;--done:#86d3a0;--soon:#f0b968;--act:#ff9f94}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;--state:var(--act)}
body.valid{--state:var(--done)}body.superseded{--state:var(--soon)}
main{max-width:30rem;margin:0 auto;padding:24px 20px 8px}
.kind{margin:0 0 12px;color:var(--quiet)}
h1{display:flex;gap:14px;align-items:center;margin:0 0 16px;font-size:1.45rem;line-height:1.35;color:var(--state)}
svg{flex:none;width:44px;height:44px;padding:9px;border:2.5px solid;border-radius:50%}
path{fill:none;stroke:currentcolor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
dl{margin:24px 0;background:var(--surface);border:1px solid var(--line);border-radius:8px}
dl div{padding:12px 16px}dl div+div{border-top:1px solid var(--line)}
dt{font-size:.875rem;color:var(--quiet)}dd{margin:0;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
a{color:var(--accent)}.phone{display:inline-block;padding:8px 0;font-size:1.25rem}
.quiet{color:var(--quiet);font-size:.9rem}
footer{max-width:30rem;margin:0 auto;padding:0 20px 24px;display:flex;gap:20px}
footer a{padding:10px 0}footer [aria-current]{color:var(--ink);text-decoration:none;font-weight:600}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`

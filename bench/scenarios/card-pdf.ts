import { tmpdir } from 'node:os'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { loadFonts } from '../../src/beams/register/paper/fonts.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import type { Scenario } from '../scenario.ts'
import { serve } from './card.ts'
import { drive } from './drive.ts'
import { timedImport, withBenchHouse } from './register-house.ts'

const CARDS = 200
const MOST_CARDS = 500
const PERSONS = 60_000

export const cardPdf: Scenario = {
  name: 'card-pdf',
  what: 'Prints the cards of a place with about 200 households as one PDF over HTTP, on 60,000 persons; figures are for 200 cards. Baseline: typst setting plain tables on 200 pages with the same fonts.',
  run: ({ scale, log }) =>
    withBenchHouse(PERSONS, log, async ({ house, csv }) => {
      const { registered } = await timedImport(house, csv)
      log(`${registered} households registered`)
      const { address, urls, cookie, close } = await serve(house, registered, 2_000)
      try {
        const wanted = Math.max(1, CARDS * scale)
        const { code, count } = await placeOf(house, wanted)
        const first = await seconds(() => download(`${address}/api/households/1/card.pdf`, cookie))
        const alone = await drive(urls, cookie, 1)
        const whole = await seconds(() => download(`${address}/api/places/${code}/cards.pdf`, cookie))
        log(`${count} cards in ${whole.toFixed(1)} s`)
        const [again, beside] = await Promise.all([
          seconds(() => download(`${address}/api/places/${code}/cards.pdf`, cookie)),
          drive(urls, cookie, 1),
        ])
        log(`again, while cards are read, in ${again.toFixed(1)} s`)
        const plain = await seconds(async () => plainPages(CARDS))
        return [
          { name: '200 cards', value: (whole * CARDS) / count, unit: 's', most: 10, baseline: plain },
          { name: 'first card after a start', value: first, unit: 's' },
          { name: 'card read meanwhile, p95', value: beside.p95, unit: 'ms', baseline: alone.p95 },
        ]
      } finally {
        await close()
      }
    }),
}

type BenchedHouse = Parameters<Parameters<typeof withBenchHouse>[2]>[0]['house']

/** The place whose number of households comes nearest to what is wanted and fits one file. */
async function placeOf({ db, pack }: BenchedHouse, wanted: number): Promise<{ code: string; count: number }> {
  const lengths = pack.levels.slice(1).map(({ length }) => length)
  const [found] = await db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ code: string; count: number }>(sql`
      select left(h.place_code, l.length) as code, count(*) as count
      from household h, unnest(${lengths}::int[]) as l (length)
      group by 1 having count(*) <= ${MOST_CARDS} order by abs(count(*) - ${wanted}), 1 limit 1`),
  )
  return found!
}

async function download(url: string, cookie: string): Promise<void> {
  const answer = await fetch(url, { headers: { cookie } })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (answer.status !== 200) throw new Error(`${url}: ${new TextDecoder().decode(bytes.subarray(0, 300))}`)
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

/** Sets pages with a table each, of as many cells as a card has, and nothing else. */
function plainPages(pages: number): void {
  const compiler = NodeCompiler.create({ workspace: tmpdir(), fontArgs: [{ fontBlobs: loadFonts() }] })
  const content = `#set page(paper: "a4")
#set text(font: "Noto Sans SC", size: 8pt)
#for page in range(${pages}) { pagebreak(weak: true); table(columns: 6, ..range(252).map(cell => [#page.#cell])) }`
  compiler.pdf({ mainFileContent: content })
}

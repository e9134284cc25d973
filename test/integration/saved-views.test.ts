import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../../src/kernel/place-code.ts'
import { hamletsOf } from '../support/access/targets.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

let house: TestHouse
let keeper: Person
let warden: Person
let neighbour: Person
let hamlet: { code: string; official: string; ford: string }

beforeAll(async () => {
  house = await openTestHouse()
  const hamlets = await hamletsOf(house)
  hamlet = hamlets[0]!
  const other = hamlets.find(({ ford }) => ford !== hamlet.ford)!
  keeper = await house.person('keeper', ROOT)
  warden = await house.person('warden', hamlet.ford)
  neighbour = await house.person('warden', other.ford)
})

afterAll(() => house?.close())

const save = (who: Person, over: object = {}) =>
  who.send('POST', '/api/views', { name: 'Poor ones', page: '/register', query: 'status=in&columns=lantern', ...over })
const names = async (who: Person) =>
  (await who.get('/api/views?page=/register')).body.views.map(({ name }: { name: string }) => name)

test('a view is the own one, comes back as it was kept, and the same name replaces it', async () => {
  const first = await save(warden)
  expect(first.status).toBe(200)
  const again = await save(warden, { query: 'status=out' })
  expect(again.body.id).toBe(first.body.id)
  const { views } = (await warden.get('/api/views')).body
  expect(views).toMatchObject([{ name: 'Poor ones', page: '/register', query: 'status=out', shared: false, own: true }])
  expect(await names(neighbour)).toEqual([])
  expect((await neighbour.send('DELETE', `/api/views/${first.body.id}`)).status).toBe(404)
  expect((await warden.send('DELETE', `/api/views/${first.body.id}`)).status).toBe(200)
  expect(await names(warden)).toEqual([])
})

test('a shared view is seen at the place and below, not beside', async () => {
  await save(keeper, { name: 'For all', shared: true })
  await save(warden, { name: 'For the ford', shared: true })
  const clerk = await house.person('clerk', hamlet.code)
  expect(await names(clerk)).toEqual(['For all', 'For the ford'])
  expect(await names(neighbour)).toEqual(['For all'])
  expect(await names(keeper)).toEqual(['For all'])
})

test('what was searched for is not kept, and there is an end to how many', async () => {
  expect((await save(warden, { query: 'text=Astrid&status=in' })).body.code).toBe('view.no-text')
  expect((await save(warden, { page: 'https://elsewhere' })).body.code).toBe('request.invalid')
  for (let at = 0; at < 100; at++) await save(neighbour, { name: `View ${at}` })
  expect((await save(neighbour, { name: 'One more' })).body.code).toBe('view.too-many')
  expect((await save(neighbour, { name: 'View 7', query: '' })).status).toBe(200)
})

test('the ticked households and no others are exported, whoever names others', async () => {
  await importAs(house, warden, csv(households(hamlet.official, 1, 5, codesOf(house))))
  const { households: listed } = (await warden.get('/api/households')).body
  const [a, , c] = listed
  const file = (await warden.get(`/api/households/export?format=csv&households=${a.id},${c.id}`)).raw.toString()
  expect(file.trim().split('\n')).toHaveLength(3)
  const foreign = await neighbour.get(`/api/households/export?format=csv&households=${a.id}`)
  expect(foreign.raw.toString().trim().split('\n')).toHaveLength(1)
  expect((await warden.get('/api/households/export?households=1,x')).body.code).toBe('request.invalid')
})

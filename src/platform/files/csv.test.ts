import { describe, expect, it } from 'vitest'
import { readSheet, scratch } from '../../../test/support/spreadsheets.ts'
import { detached } from './sheet.ts'

const file = scratch()
const csv = (text: string | Uint8Array, limits = {}) => readSheet(file('a.csv', text), { limits })

/** Text in GB18030, for characters that the decoder of the platform knows: the reverse of its table. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  const table = new Map<string, number[]>()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail !== 0x7f) table.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail])
    }
  }
  // Beyond the basic plane the four bytes follow the number of the character.
  const far = (code: number) => {
    const n = code - 0x10000
    return [
      0x90 + Math.floor(n / 12600),
      0x30 + (Math.floor(n / 1260) % 10),
      0x81 + (Math.floor(n / 10) % 126),
      0x30 + (n % 10),
    ]
  }
  return Buffer.from(
    [...text].flatMap((c) => {
      const code = c.codePointAt(0)!
      return code < 0x80 ? [code] : code > 0xffff ? far(code) : table.get(c)!
    }),
  )
}

describe('rows and cells of CSV', () => {
  it('splits plain rows, numbers them, and passes over empty ones', async () => {
    const { rows, numbers, sheet } = await csv('a,b,c\n1,2,3\n\n,,\n4,,6\n')
    expect(rows).toEqual([
      ['a', 'b', 'c'],
      ['1', '2', '3'],
      ['4', '', '6'],
    ])
    expect(numbers).toEqual([1, 2, 5])
    expect(sheet).toMatchObject({ kind: 'csv', encoding: 'utf-8', delimiter: ',' })
  })

  it('takes line ends of every kind, also mixed, and a last line without one', async () => {
    expect((await csv('a,b\r\nc,d\re,f\n\rg,h')).rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ])
    expect((await csv('a,b\rc,d\r')).rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect((await csv('a,b\rc,"d"\re,f')).rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ])
  })

  it('reads quoted cells with delimiters, quotes and line ends in them', async () => {
    const { rows, numbers } = await csv('"a","b,c","d""e"\r\n"one\r\ntwo",x,""\r\nlast,"y",z\r\n')
    expect(rows).toEqual([
      ['a', 'b,c', 'd"e'],
      ['one\r\ntwo', 'x', ''],
      ['last', 'y', 'z'],
    ])
    expect(numbers).toEqual([1, 2, 3])
  })

  it('keeps stray quotes and what follows a closing quote as text', async () => {
    expect((await csv('5" pipe,b\na "b" c,d\n"e"f,g\n"h" "i",j\n')).rows).toEqual([
      ['5" pipe', 'b'],
      ['a "b" c', 'd'],
      ['ef', 'g'],
      ['h "i"', 'j'],
    ])
  })

  it('delivers the rows before a quote that is never closed, and names its row', async () => {
    const { rows, problem } = await csv('a,b\n1,2\n3,"four\n5,6\n7,8\n')
    expect(rows).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(problem).toMatchObject({ code: 'file.unclosed-quote', values: { row: 3 } })
  })

  it('finds a quote that is left open far down without keeping the rest of the file', async () => {
    const good = 'x,y\n'.repeat(200_000)
    const { rows, problem } = await csv(`${good}"open,y\n${'x,y\n'.repeat(600_000)}`)
    expect(rows.length).toBe(200_000)
    expect(problem).toMatchObject({ code: 'file.unclosed-quote', values: { row: 200_001 } })
  })

  it.each([',', ';', '\t', '|'])('guesses the delimiter %j, whatever the text contains', async (delimiter) => {
    const rows = [
      ['name', 'note', 'sum'],
      ['Li', 'a, b; c|d', '1'],
      ['Ma', 'x', '2'],
    ]
    const text = rows
      .map((row) => row.map((cell) => (/[,;|\t]/.test(cell) ? `"${cell}"` : cell)).join(delimiter))
      .join('\n')
    const read = await csv(text)
    expect(read.sheet?.delimiter).toBe(delimiter)
    expect(read.rows).toEqual(rows)
  })

  it('is not misled by a title, by decimal commas, or by a single column', async () => {
    expect((await csv('Households of 2016, second half\n\na;b;c\n1,5;2,5;3\n2,5;3,5;4\n')).sheet?.delimiter).toBe(';')
    expect((await csv('name\nLi\nMa\n')).rows).toEqual([['name'], ['Li'], ['Ma']])
  })

  it('obeys a line that names the delimiter, which is no row', async () => {
    const { rows, numbers, sheet } = await csv('sep=|\r\na,b|c\r\n1,5|2\r\n')
    expect(sheet?.delimiter).toBe('|')
    expect(rows).toEqual([
      ['a,b', 'c'],
      ['1,5', '2'],
    ])
    expect(numbers).toEqual([1, 2])
  })

  it('joins what a boundary between two reads has cut, wherever it falls', async () => {
    const cell = '龙头山镇'
    const line = (i: number) => `${i},"${cell} ""${i}""",${'x'.repeat(i % 97)}`
    const count = 30_000
    const text = Array.from({ length: count }, (_, i) => line(i)).join('\r\n')
    const { rows } = await csv(text)
    expect(rows.length).toBe(count)
    for (const [i, row] of rows.entries()) {
      if (row[1] !== `${cell} "${i}"` || row[2]!.length !== i % 97) expect(row).toEqual(line(i))
    }
  })

  it('gives cells that can be kept apart from their file', () => {
    for (const text of ['', '110101199003071234', '王·𠮷\ud800']) expect(detached(text)).toBe(text)
  })

  it('can be read twice', async () => {
    const { sheet } = await csv('a,b\n1,2\n')
    const again: string[][] = []
    for await (const { rows } of sheet!.rows()) again.push(...rows)
    expect(again).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })
})

describe('encodings', () => {
  const text = '姓名,村\n王小明,龙头山镇\n𠮷田·买买提,བོད་ཡིག ئۇيغۇر\n'
  const rows = [
    ['姓名', '村'],
    ['王小明', '龙头山镇'],
    ['𠮷田·买买提', 'བོད་ཡིག ئۇيغۇر'],
  ]

  it.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads %s', async (encoding, bytes) => {
    const read = await csv(bytes)
    expect(read.sheet?.encoding).toBe(encoding)
    expect(read.rows).toEqual(rows)
  })

  it('reads GB18030, also when the first such name stands far down, and beyond the basic plane', async () => {
    const ascii = 'abc,def\n'.repeat(400_000)
    const read = await csv(Buffer.concat([Buffer.from(ascii), gb18030('王小明,𠮷\n龙头山镇,䶮\n')]))
    expect(read.sheet?.encoding).toBe('gb18030')
    expect(read.rows.slice(-2)).toEqual([
      ['王小明', '𠮷'],
      ['龙头山镇', '䶮'],
    ])
  })

  it('does not turn a UTF-8 file with one bad byte into wrong names', async () => {
    const bytes = Buffer.from('姓名,村\n王小明,龙头山镇\n李四,小寨\n')
    const at = bytes.indexOf('李')
    bytes[at + 2] = 0x20
    const { problem } = await csv(bytes)
    expect(problem).toMatchObject({ code: 'file.unknown-encoding', values: { byte: at, line: 3 } })
  })

  it('names byte and line of what is neither UTF-8 nor GB18030', async () => {
    const { problem } = await csv(Buffer.concat([Buffer.from('a,b\nc,d\nJos'), Buffer.of(0xe9), Buffer.from(',x\n')]))
    expect(problem).toMatchObject({ code: 'file.unknown-encoding', values: { byte: 11, line: 3 } })
  })

  it('refuses UTF-16 that is cut in the middle of a character', async () => {
    const bytes = Buffer.from('\ufeffa,b\n王,𠮷\n', 'utf16le')
    expect((await csv(bytes.subarray(0, bytes.length - 4))).problem?.code).toBe('file.unknown-encoding')
    expect((await csv(bytes.subarray(0, bytes.length - 1))).problem?.code).toBe('file.unknown-encoding')
  })
})

describe('files that are no table', () => {
  it.each([
    ['of no bytes', ''],
    ['with a byte order mark only', '\ufeff'],
    ['with empty lines only', '\r\n\r\n'],
    ['with delimiters only', ',,,\n,,,\n'],
  ])('refuses a file %s', async (_, text) => {
    expect((await csv(text)).problem?.code).toBe('file.empty')
  })

  it('is content with a heading row alone', async () => {
    const { rows, problem } = await csv('a,b,c')
    expect(rows).toEqual([['a', 'b', 'c']])
    expect(problem).toBeUndefined()
  })

  it('names where a zero byte stands', async () => {
    expect((await csv('a,b\nc,\u0000d\n')).problem).toMatchObject({
      code: 'file.nul-byte',
      values: { byte: 6, line: 2 },
    })
    const wide = Buffer.from('\ufeffa,b\nc,\u0000d\n', 'utf16le')
    expect((await csv(wide)).problem).toMatchObject({ code: 'file.nul-byte', values: { byte: 14, line: 2 } })
  })

  it('refuses 20,000 columns, after the rows before them', async () => {
    const { rows, problem } = await csv(`a,b\n${'x,'.repeat(20_000)}\n`)
    expect(rows).toEqual([['a', 'b']])
    expect(problem).toMatchObject({ code: 'file.too-many-columns', values: { row: 2, limit: 2000 } })
  })

  it('refuses more rows than it may read', async () => {
    const { rows, problem } = await csv('a\nb\nc\nd\n', { rows: 3 })
    expect(rows).toEqual([['a'], ['b'], ['c']])
    expect(problem?.code).toBe('file.too-many-rows')
  })

  it('names a line that is too long and stays small on 100 MB of it', async () => {
    const line = Buffer.alloc(100 * 1024 * 1024, 'x')
    line.write('a,b\n1,2\n')
    const path = file('long.csv', line)
    const before = process.memoryUsage().arrayBuffers
    const { rows, problem } = await readSheet(path)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024)
    expect(rows).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(problem).toMatchObject({ code: 'file.line-too-long', values: { row: 3 } })
  })

  it('recognises a web page that was given the name of a spreadsheet', async () => {
    expect((await csv('\ufeff<html><table><tr><td>a</td></tr></table>')).problem?.code).toBe('file.web-page')
  })

  it('says so when there is no file or it is a folder', async () => {
    expect((await readSheet(file('x', '').replace(/x$/, 'none.csv'))).problem).toMatchObject({
      code: 'file.not-readable',
      values: { name: 'none.csv', why: 'ENOENT' },
    })
    expect((await readSheet(file('x', '').replace(/x$/, ''))).problem?.code).toBe('file.not-readable')
  })
})

import { deflateRawSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { readSheet, scratch, workbook, workbookParts, zipOf } from '../../../test/support/spreadsheets.ts'
import { openSheet } from './open-sheet.ts'
import { kindOfFormat } from './xlsx-styles.ts'

const file = scratch()
const xlsx = (bytes: Buffer, options = {}) => readSheet(file('a.xlsx', bytes), options)
const row = (n: number, ...cells: string[]) => `<row r="${n}">${cells.join('')}</row>`
const dated = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;-&quot;mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="170"/></cellXfs></styleSheet>`

describe('cells of XLSX', () => {
  it('reads shared, inline and formula texts, rich text without its pronunciation, and every kind of reference', async () => {
    const read = await xlsx(
      workbook(
        row(1, '<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>', '<c r="C1" t="s"><v>2</v></c>') +
          row(
            2,
            '<c r="A2" t="inlineStr"><is><t>in</t></is></c>',
            '<c r="C2" t="str"><v>&lt;&#x20BB7;&#183;&gt;</v></c>',
          ) +
          row(
            3,
            '<c r="A3" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t xml:space="preserve"> b</t></r></is></c>',
          ),
        {
          texts:
            '<si><t>王小明</t></si><si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="1"><t>とう</t></rPh></si>' +
            '<si><t xml:space="preserve"> _x000D_&amp;_x005F_x0041_</t></si>',
        },
      ),
    )
    expect(read.problem).toBeUndefined()
    expect(read.rows).toEqual([['王小明', '東京', ' \r&_x0041_'], ['in', '', '<𠮷·>'], ['a b']])
  })

  it('gives numbers their shortest text, and dates the form of days', async () => {
    const cells = [
      '<c r="A1"><v>44197</v></c>',
      '<c r="B1"><v>1.5000000000000002</v></c>',
      '<c r="C1"><v>0.30000000000000004</v></c>',
      '<c r="D1" s="1"><v>44197</v></c>',
      '<c r="E1" s="2"><v>44197.75</v></c>',
      '<c r="F1" s="3"><v>0.5</v></c>',
      '<c r="G1" s="4"><v>42614</v></c>',
      '<c r="H1" s="1"><v>1</v></c>',
      '<c r="I1" s="1"><v>60</v></c>',
      '<c r="J1" s="1"><v>61</v></c>',
      '<c r="K1" s="1"><v>-5</v></c>',
      '<c r="L1" t="d"><v>2016-03-01T00:00:00</v></c>',
      '<c r="M1"><v>-3</v></c>',
      '<c r="N1"><v>1E-3</v></c>',
      '<c r="O1" t="b"><v>1</v></c>',
      '<c r="P1" t="b"><v>0</v></c>',
    ]
    const read = await xlsx(workbook(row(1, ...cells), { styles: dated }))
    expect(read.rows).toEqual([
      [
        '44197',
        '1.5000000000000002',
        '0.30000000000000004',
        '2021-01-01',
        '2021-01-01 18:00:00',
        '12:00:00',
        '2016-09-01',
        '1900-01-01',
        '1900-02-29',
        '1900-03-01',
        '-5',
        '2016-03-01',
        '-3',
        '0.001',
        'TRUE',
        'FALSE',
      ],
    ])
    expect(read.notes).toEqual([])
  })

  it('counts days from 1904 where the workbook does', async () => {
    const parts = workbookParts(row(1, '<c r="A1" s="1"><v>0</v></c>', '<c r="B1" s="1"><v>42735</v></c>'), {
      styles: dated,
    })
    parts['xl/workbook.xml'] = parts['xl/workbook.xml']!.replace('<sheets>', '<workbookPr date1904="1"/><sheets>')
    expect((await xlsx(zipOf(parts))).rows).toEqual([['1904-01-01', '2021-01-01']])
  })

  it('tells date formats from number formats', () => {
    const kinds = { 'yyyy-mm-dd': 1, 'm/d/yy h:mm': 2, 'h:mm:ss': 3, '[h]:mm': 3, 'mmm-yy': 1, 'yyyy"年"m"月"': 1 }
    const numbers = [
      'General',
      '0.00',
      '#,##0.00;[Red]-#,##0.00',
      '0.00E+00',
      '"day "0',
      '@',
      '[$¥-804]#,##0',
      '0\\d',
      '',
    ]
    for (const [format, kind] of Object.entries(kinds)) expect([format, kindOfFormat(format)]).toEqual([format, kind])
    for (const format of numbers) expect([format, kindOfFormat(format)]).toEqual([format, 0])
  })

  it('notes formulas, errors, numbers that lost digits, and at the end merged cells', async () => {
    const read = await xlsx(
      workbook(
        row(1, '<c r="A1" t="str"><f>B1&amp;"x"</f><v>ax</v></c>', '<c r="B1" t="e"><v>#N/A</v></c>') +
          row(2, '<c r="A2"><v>110101199003071234</v></c>', '<c r="B2"><v>999999999999999</v></c>') +
          row(3, '<c r="A3"><f>SUM(B1:B2)</f></c>', '<c r="B3"><f t="shared" si="0"/><v>2</v></c>'),
        { after: '<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>' },
      ),
    )
    expect(read.rows).toEqual([
      ['ax', '#N/A'],
      ['110101199003071230', '999999999999999'],
      ['', '2'],
    ])
    expect(read.notes).toEqual([
      { row: 1, column: 0, kind: 'formula' },
      { row: 1, column: 1, kind: 'error' },
      { row: 2, column: 0, kind: 'lost-digits' },
      { row: 3, column: 0, kind: 'formula' },
      { row: 3, column: 1, kind: 'formula' },
      { row: 1, column: 0, kind: 'merged', toRow: 2, toColumn: 2 },
    ])
  })

  it('keeps true row numbers over gaps and disorder, reads hidden rows, and believes no declared size', async () => {
    const read = await xlsx(
      workbook(
        `<row r="3" hidden="1"><c r="B3"><v>3</v></c></row><row r="9"/>${row(7, '<c r="C7" s="0"/>')}<row r="2"><c><v>1</v></c><c><v>2</v></c></row>` +
          '<row><c r="A1"><v>4</v></c></row>',
        { before: '<dimension ref="A1:XFD1048576"/>' },
      ),
    )
    expect(read.rows).toEqual([['', '3'], ['1', '2'], ['4']])
    expect(read.numbers).toEqual([3, 2, 3])
  })

  it('reads names with prefixes, attributes in single quotes, comments and character data', async () => {
    const sheet =
      "<x:worksheet xmlns:x='urn:x'><!-- <row> --><x:sheetData><x:row r='1' spans='1:2'><x:c r='A1' t='str'><x:v><![CDATA[a<b]]>c</x:v></x:c><x:c r='B1'><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    expect((await xlsx(workbook('', { sheet }))).rows).toEqual([['a<bc', '2']])
  })

  it('reads what another program wrote, the same cells', async () => {
    const book = new ExcelJS.Workbook()
    book.addWorksheet('Notes', { state: 'hidden' }).addRow(['not this'])
    const sheet = book.addWorksheet('Data')
    sheet.addRow(['Name', 'Born', 'Sum', 'Yes'])
    sheet.addRow(['王·𠮷', new Date(Date.UTC(1990, 2, 7)), 1234.5, true])
    sheet.addRow([{ richText: [{ text: 'a' }, { text: 'b' }] }, null, { formula: 'C2*2', result: 2469 }])
    const bytes = Buffer.from(await book.xlsx.writeBuffer())
    const read = await xlsx(bytes)
    expect(read.sheet).toMatchObject({ kind: 'xlsx', sheets: ['Notes', 'Data'], sheet: 'Data' })
    expect(read.rows).toEqual([
      ['Name', 'Born', 'Sum', 'Yes'],
      ['王·𠮷', '1990-03-07', '1234.5', 'TRUE'],
      ['ab', '', '2469'],
    ])
    expect((await xlsx(bytes, { sheet: 'Notes' })).rows).toEqual([['not this']])
    expect((await xlsx(bytes, { sheet: 'Nothing' })).problem).toMatchObject({
      code: 'file.no-such-sheet',
      values: { name: 'Nothing', known: 'Notes, Data' },
    })
  })

  it('gives far-off cells in small batches, for their rows are long', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => row(i + 1, `<c r="BXW${i + 1}"><v>1</v></c>`)).join('')
    const sheet = await openSheet(file('far.xlsx', workbook(rows)))
    let count = 0
    for await (const batch of sheet.rows()) {
      expect(batch.rows.length).toBeLessThan(60)
      count += batch.rows.length
    }
    expect(count).toBe(2000)
  })

  it('reads sheets larger than one piece, with texts cut anywhere', async () => {
    const count = 20_000
    const rows = Array.from({ length: count }, (_, i) =>
      row(i + 1, `<c r="A${i + 1}" t="s"><v>${i}</v></c>`, `<c r="B${i + 1}"><v>${i}</v></c>`),
    )
    const texts = Array.from({ length: count }, (_, i) => `<si><t>龙头${'山'.repeat(i % 50)}${i}</t></si>`)
    const read = await xlsx(workbook(rows.join(''), { texts: texts.join('') }))
    expect(read.problem).toBeUndefined()
    expect(read.rows.length).toBe(count)
    for (const [i, cells] of read.rows.entries()) {
      if (cells[0] !== `龙头${'山'.repeat(i % 50)}${i}`) expect(cells).toBe(i)
    }
  })
})

describe('workbooks that are refused', () => {
  const good = () => workbookParts(row(1, '<c r="A1" t="s"><v>0</v></c>'), { texts: '<si><t>a</t></si>' })

  it('says that a file has a password, or is of the old kind', async () => {
    const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)])
    expect((await xlsx(old)).problem?.code).toBe('file.protected')
    const packed = zipOf(good(), { 'xl/worksheets/sheet1.xml': { flags: 0x801 } })
    expect((await xlsx(packed)).problem?.code).toBe('file.protected')
  })

  it('refuses a workbook cut at any place', async () => {
    const bytes = zipOf(good())
    for (let length = 4; length < bytes.length; length += 7) {
      const { problem } = await xlsx(bytes.subarray(0, length))
      expect(problem?.code, `${length} bytes`).toBe('file.damaged')
    }
  })

  it('refuses an archive without a workbook, and a workbook without its parts', async () => {
    expect((await xlsx(zipOf({ 'a.txt': 'hello' }))).problem?.code).toBe('file.not-a-sheet')
    expect((await xlsx(zipOf({}))).problem?.code).toBe('file.not-a-sheet')
    const { 'xl/workbook.xml': _book, ...noBook } = good()
    expect((await xlsx(zipOf(noBook))).problem?.code).toBe('file.not-a-sheet')
    const { 'xl/worksheets/sheet1.xml': _sheet, ...noSheet } = good()
    expect((await xlsx(zipOf(noSheet))).problem?.code).toBe('file.not-a-sheet')
    const { 'xl/sharedStrings.xml': _texts, ...noTexts } = good()
    expect((await xlsx(zipOf(noTexts))).problem?.code).toBe('file.damaged')
  })

  it('refuses a sheet that ends too early, after the rows before', async () => {
    const sheet = `<worksheet><sheetData>${row(1, '<c r="A1"><v>1</v></c>')}<row r="2"><c r="A2"><v>2</v>`
    const { rows, problem } = await xlsx(workbook('', { sheet }))
    expect(rows).toEqual([['1']])
    expect(problem).toMatchObject({ code: 'file.damaged', values: { part: 'xl/worksheets/sheet1.xml' } })
  })

  it('finds one changed byte of the content by its checksum', async () => {
    const { problem } = await xlsx(zipOf(good(), { 'xl/worksheets/sheet1.xml': { crc: 1 } }))
    expect(problem?.code).toBe('file.damaged')
  })

  it('refuses texts that are not UTF-8, and a zero in them', async () => {
    const parts: Record<string, string | Buffer> = workbookParts(row(1, '<c r="A1" t="str"><v>ab</v></c>'))
    const sheet = Buffer.from(parts['xl/worksheets/sheet1.xml']!)
    for (const byte of [0xe9, 0]) {
      sheet[sheet.indexOf('ab')] = byte
      expect((await xlsx(zipOf({ ...parts, 'xl/worksheets/sheet1.xml': sheet }))).problem?.code).toBe('file.damaged')
      sheet.write('ab', sheet.indexOf('b</v>') - 1)
    }
  })

  it.each(['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/workbook.xml'])(
    'refuses a DTD in %s',
    async (part) => {
      const parts = good()
      parts[part] = parts[part]!.replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>')
      expect((await xlsx(zipOf(parts))).problem?.code).toBe('file.damaged')
    },
  )

  it('refuses an unknown entity and one for half a character', async () => {
    for (const reference of ['&a;', '&#0;', '&#xD800;', '&#x110000;', '&']) {
      const { problem } = await xlsx(workbook(row(1, `<c r="A1" t="str"><v>${reference}</v></c>`)))
      expect(problem?.code, reference).toBe('file.damaged')
    }
  })

  it('refuses a bomb by what it declares, and one that lies when it is one byte over', async () => {
    const zeros = deflateRawSync(Buffer.alloc(100 * 1024 * 1024))
    const bomb = { ...good(), bomb: zeros }
    const honest = zipOf(bomb, { bomb: { method: 0, size: 100 * 1024 * 1024 } })
    expect((await xlsx(honest)).problem?.code).toBe('file.inflates-too-far')
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`part${i}`, 'x']))
    const sizes = Object.fromEntries(Object.keys(many).map((name) => [name, { size: 60 * 1024 * 1024 }]))
    expect((await xlsx(zipOf({ ...good(), ...many }, sizes))).problem?.code).toBe('file.inflates-too-far')

    const parts = good()
    parts['xl/worksheets/sheet1.xml'] = parts['xl/worksheets/sheet1.xml']!.replace(
      '</row>',
      `</row>${' '.repeat(50e6)}`,
    )
    const before = process.memoryUsage().arrayBuffers
    const lying = await xlsx(zipOf(parts, { 'xl/worksheets/sheet1.xml': { size: 1000 } }))
    expect(lying.problem?.code).toBe('file.damaged')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('refuses parts that share their bytes, and too many parts', async () => {
    const shared = zipOf(good(), { 'xl/workbook.xml': { packed: 1_000_000 } })
    expect((await xlsx(shared)).problem?.code).toBe('file.damaged')
    expect((await xlsx(zipOf(good()), { limits: { parts: 3 } })).problem?.code).toBe('file.inflates-too-far')
  })

  it('keeps to its limits of columns, rows and texts', async () => {
    const wide = await xlsx(workbook(row(1, '<c r="A1"><v>1</v></c>') + row(2, '<c r="XFD2"><v>1</v></c>')))
    expect(wide.rows).toEqual([['1']])
    expect(wide.problem).toMatchObject({ code: 'file.too-many-columns', values: { row: 2, limit: 2000 } })
    const cells = [1, 2, 3].map((n) => row(n, `<c r="A${n}"><v>1</v></c>`)).join('')
    expect((await xlsx(workbook(cells), { limits: { rows: 2 } })).problem?.code).toBe('file.too-many-rows')
    const texts = '<si><t>a</t></si>'.repeat(5)
    const many = await xlsx(workbook(cells, { texts }), { limits: { texts: 4 } })
    expect(many.problem?.code).toBe('file.too-many-texts')
    const long = await xlsx(workbook(cells, { texts: '<si><t>abc</t></si>' }), { limits: { textBytes: 10 } })
    expect(long.problem?.code).toBe('file.too-many-texts')
  })

  it('refuses a reference to no text, a row beyond the last, and a sheet without cells', async () => {
    expect((await xlsx(workbook(row(1, '<c r="A1" t="s"><v>7</v></c>')))).problem?.code).toBe('file.damaged')
    expect((await xlsx(workbook(row(1048577, '<c><v>7</v></c>')))).problem?.code).toBe('file.damaged')
    expect((await xlsx(workbook(row(1, '<c r="A1" s="0"/>')))).problem?.code).toBe('file.empty')
    expect((await xlsx(workbook(''))).problem?.code).toBe('file.empty')
  })

  it('writes nothing anywhere, whatever the parts are called', async () => {
    const parts = { '../../evil': 'x', '/etc/evil': 'x', 'C:\\evil': 'x', ...good() }
    expect((await xlsx(zipOf(parts))).rows).toEqual([['a']])
  })
})

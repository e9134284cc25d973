import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problems } from '../../src/kernel/problems.ts'
import { problemsZh } from '../../src/kernel/texts/problems.zh-CN.ts'
import { codeFiles, root } from './files.ts'

const catalogue = Object.entries(problems) as [keyof typeof problems, { status: number; en: string }][]
const places = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort()

describe('the catalogue of problems', () => {
  it('holds no code that nobody raises', () => {
    const code = codeFiles()
      .filter((file) => /^(src|nation|web)\//.test(file) && !/\.test\.tsx?$/.test(file))
      .filter((file) => file !== 'src/kernel/problems.ts' && !file.startsWith('src/kernel/texts/'))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n')
    expect(catalogue.map(([name]) => name).filter((name) => !code.includes(`'${name}'`))).toEqual([])
  })

  it('names every problem group.what, in lower case', () => {
    expect(catalogue.map(([name]) => name).filter((name) => !/^[a-z]+(\.[a-z]+(-[a-z0-9]+)*)+$/.test(name))).toEqual([])
  })

  it('says the same in both languages: whole sentences with the same values', () => {
    for (const [name, { en }] of catalogue) {
      expect(places(problemsZh[name]), name).toEqual(places(en))
      expect(en, name).toMatch(/\w .*[.:}]$/)
      expect(problemsZh[name], name).toMatch(/[。：}]$/)
    }
  })

  it('answers with a status of refusal; only a check of the machine may also say that all is well', () => {
    const refusing = catalogue.filter(([name]) => !name.startsWith('check.'))
    expect(refusing.filter(([, { status }]) => status < 400 || status > 599)).toEqual([])
  })
})

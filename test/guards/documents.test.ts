import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryFiles, root } from './files.ts'
import { beams, columns, platform, rooms } from './house.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const folders = (path: string) =>
  existsSync(join(root, path))
    ? readdirSync(join(root, path)).filter((name) => statSync(join(root, path, name)).isDirectory())
    : []

describe('ARCHITECTURE.md', () => {
  const text = read('ARCHITECTURE.md')

  it('names every room of the house', () => {
    const names = [...platform, ...beams, ...columns, ...rooms.map(({ name }) => name.split('/')[0]!)]
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })

  it('knows every folder that there is', () => {
    expect(folders('src').filter((name) => !text.includes(`  ${name}/`))).toEqual([])
    expect(folders('src/platform').filter((name) => !(platform as readonly string[]).includes(name))).toEqual([])
    expect(folders('src/beams').filter((name) => !(beams as readonly string[]).includes(name))).toEqual([])
    expect(folders('src/columns').filter((name) => !(columns as readonly string[]).includes(name))).toEqual([])
    const inside = folders('.').filter((name) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
    expect(inside.filter((name) => !text.includes(`\n${name}/`))).toEqual([])
  })

  it('fits on a screen', () => {
    expect(text.split('\n').length).toBeLessThan(110)
  })
})

describe('the decisions', () => {
  const files = readdirSync(join(root, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name))
  const index = read('docs/decisions/README.md')

  it('are numbered without gaps and listed with their status', () => {
    expect(files.length).toBeGreaterThan(0)
    files.sort().forEach((name, at) => {
      const number = String(at + 1).padStart(4, '0')
      expect(name.slice(0, 4)).toBe(number)
      const text = read(`docs/decisions/${name}`)
      const title = new RegExp(`^# ${number} (.+)$`, 'm').exec(text)?.[1]
      const status = /^Status: (proposed|accepted|replaced by \d{4})$/m.exec(text)?.[1]
      expect(index).toContain(`| [${number}](${name}) | ${title} | ${status} |`)
    })
  })

  it('have the four parts of the template, each with something in it', () => {
    for (const name of files) {
      const text = read(`docs/decisions/${name}`)
      const parts = text.split(/^## /m).slice(1)
      expect(
        parts.map((part) => part.split('\n')[0]),
        name,
      ).toEqual(['Context', 'Decision', 'Consequences'])
      for (const part of parts) expect(part.length, name).toBeGreaterThan(120)
    }
  })
})

describe('the written house', () => {
  it('has no link to a file that is not there', () => {
    const pages = repositoryFiles().filter((file) => file.endsWith('.md'))
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map(([, target]) => normalize(join(dirname(page), target!)))
        .filter((target) => !existsSync(join(root, target)) && !target.startsWith('docs/decisions/0000'))
        .map((target) => `${page} → ${target}`),
    )
    expect(pages.length).toBeGreaterThan(10)
    expect(dead).toEqual([])
  })

  it('carries the licence word for word', () => {
    const digest = createHash('sha256')
      .update(readFileSync(join(root, 'LICENSE')))
      .digest('hex')
    expect(digest).toBe('cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30')
    expect(JSON.parse(read('package.json')).license).toBe('Apache-2.0')
  })

  it('writes down the version that package.json has', () => {
    expect(read('CHANGELOG.md')).toContain(`## [${JSON.parse(read('package.json')).version}]`)
  })
})

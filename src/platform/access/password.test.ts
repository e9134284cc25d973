import { describe, expect, it } from 'vitest'
import { hashPassword, MIN_PASSWORD, passwordFits } from './password.ts'

const codeOf = (password: string, login = 'somebody') =>
  hashPassword(password, login).then(
    () => 'taken',
    (problem: { code: string }) => problem.code,
  )

describe('a new password', () => {
  it('is refused when it is short, or has few different characters', async () => {
    for (const password of ['', 'x7#kQ2!pL', 'ababababababab', '户户户户户户户户户户']) {
      expect(await codeOf(password), password).toBe('access.weak-password')
    }
    expect([...'x7#kQ2!pLz']).toHaveLength(MIN_PASSWORD)
    expect(await codeOf('x7#kQ2!pLz')).toBe('taken')
  })

  it('is refused when it is what others know or try first', async () => {
    for (const password of [
      '13912345678',
      '1984-03-21 0912',
      'abcdefghijkl',
      'zyxwvutsrqp',
      'aabbccddeeff',
      'Password2016!',
      'P@ssw0rd2031',
      'qwertyuiop12',
      'Qwerty-Asdf-1',
      'welcome_2031',
      'woaini1314520',
      'my Somebody 7',
    ]) {
      expect(await codeOf(password), password).toBe('access.common-password')
    }
  })

  it('is taken otherwise, in any script, and a short sign-in name may stand in it', async () => {
    for (const password of ['lantern over the ford', '春天的山路上有三只羊在跑', 'password of my own goat']) {
      expect(await codeOf(password), password).toBe('taken')
    }
    expect(await codeOf('a crowd of lanterns', 'wd')).toBe('taken')
  })
})

it('fits whatever way its accents were typed, and only its own hash', async () => {
  const stored = await hashPassword('caf\u00e9 by the river', 'somebody')
  expect(await passwordFits(stored, 'cafe\u0301 by the river')).toBe(true)
  expect(await passwordFits(stored, 'cafe by the river')).toBe(false)
  expect(await passwordFits(undefined, 'nobody has this password')).toBe(false)
  expect(await passwordFits('!', 'caf\u00e9 by the river')).toBe(false)
})

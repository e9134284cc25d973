import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fill } from '../../kernel/text.ts'
import type { Caller } from '../access/caller.ts'
import { type Detail, detailsEn } from './texts/details.en.ts'
import { detailsZh } from './texts/details.zh-CN.ts'

// A refusal is worded outside the handler that found out who is asking.
const callers = new WeakMap<FastifyRequest, Caller>()

/** Notes who is asking, so that a later refusal of the request is worded in the account's language. */
export function rememberCaller(request: FastifyRequest, caller: Caller | undefined): void {
  if (caller) callers.set(request, caller)
}

/** The language to answer in: asked for by header `x-language`, else the account's, else the programme's. */
export function languageOf(request: FastifyRequest, parts: { readonly defaultLanguage: string }): string {
  const asked = request.headers['x-language']
  if (typeof asked === 'string' && /^[A-Za-z-]{2,20}$/.test(asked)) return asked
  return callers.get(request)?.language ?? parts.defaultLanguage
}

/** What is wrong with a request, in a language; English where there is no translation. */
export function detail(key: Detail, language: string, values: Record<string, unknown> = {}): string {
  return fill((isChinese(language) ? detailsZh : detailsEn)[key], values)
}

const zodEn = z.locales.en().localeError
const zodZh = z.locales.zhCN().localeError

/** The words of zod for what a contract does not allow, in a language; to be given to `safeParse`. */
export function wordsOf(language: string): { error: typeof zodEn } {
  return { error: isChinese(language) ? zodZh : zodEn }
}

function isChinese(language: string): boolean {
  return language.startsWith('zh')
}

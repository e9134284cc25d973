import { ROOT, subtree } from '../../../kernel/place-code.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import type { Field, Pack } from '../../../policy/pack.ts'
import { countPlaces, tallyIn } from '../place/queries.ts'
import { showAbout, showHealth, showPack } from './contract.ts'

/** What the program says about itself. */
export type About = {
  readonly version: string
  /** Whether the people shown are invented. */
  readonly synthetic: () => Promise<boolean>
  /** Accounts of the demo nation; nothing on a real installation. */
  readonly demo: () => Promise<DemoAccounts | null>
}

export type DemoAccounts = {
  readonly password: string
  readonly accounts: readonly { login: string; name: string; role: string; place: string }[]
}

export function aboutRoutes(pack: Pack, about: About): Route[] {
  const whole = packAnswerOf(pack)
  const roleName = (id: string) => pack.roles.find((role) => role.id === id)?.name ?? { en: id }
  // Places are counted once a minute at most: there may be a million, and whoever watches asks every second.
  let places: { count: number; at: number } | undefined

  return [
    fulfil(showPack, async () => whole),

    fulfil(showAbout, async () => {
      const demo = await about.demo()
      return {
        version: about.version,
        pack: { id: pack.id, name: { ...pack.name }, languages: [...pack.languages] },
        synthetic: await about.synthetic(),
        demo: demo && {
          password: demo.password,
          accounts: demo.accounts.map((account) => ({ ...account, role: { ...roleName(account.role) } })),
        },
      }
    }),

    fulfil(showHealth, async ({ tx, now }) => {
      if (!places || now.getTime() - places.at > 60_000) places = { count: await countPlaces(tx), at: now.getTime() }
      const { households } = await tallyIn(tx, subtree(ROOT))
      return {
        status: 'ok' as const,
        version: about.version,
        pack: `${pack.id} ${pack.version}`,
        places: places.count,
        households,
      }
    }),
  ]
}

function packAnswerOf(pack: Pack) {
  return {
    id: pack.id,
    version: pack.version,
    name: { ...pack.name },
    languages: [...pack.languages],
    currency: { code: pack.currency.code, digits: pack.currency.digits, symbol: pack.currency.symbol },
    period: pack.period,
    root: { name: { ...pack.root.name } },
    levels: pack.levels.map((level) => ({ id: level.id, name: { ...level.name }, length: level.length })),
    roles: pack.roles.map((role) => ({ id: role.id, name: { ...role.name }, level: role.level })),
    tags: pack.tags.map((tag) => ({ id: tag.id, name: { ...tag.name }, ...(tag.list ? { list: tag.list } : {}) })),
    lists: [...pack.lists.values()].map((list) => ({
      id: list.id,
      title: { ...list.title },
      ...(list.source ? { source: list.source } : {}),
      codes: list.codes.map((code) => ({
        code: code.code,
        name: { ...code.name },
        ...(code.means ? { means: code.means } : {}),
      })),
    })),
    forms: [...pack.forms.values()].map((form) => ({
      id: form.id,
      title: { ...form.title },
      subject: form.subject,
      ...(form.source ? { source: form.source } : {}),
      ...(form.level === undefined ? {} : { level: form.level }),
      checks: form.checks.map((check) => ({ ...check, parts: [...check.parts] })),
      asks: form.asks.map((ask) => ({ ...ask })),
      sections: form.sections.map((section) => ({
        id: section.id,
        number: section.number,
        title: { ...section.title },
        of: section.of,
        fields: section.fields.map(fieldAnswer),
      })),
    })),
    parameters: [...pack.parameters.values()].map((parameter) => ({
      id: parameter.id,
      name: { ...parameter.name },
      unit: parameter.unit,
      source: parameter.source,
      values: parameter.values.map((value) => ({
        from: value.from,
        ...(value.to ? { to: value.to } : {}),
        value: Array.isArray(value.value) ? value.value.join(', ') : String(value.value),
        ...(value.place ? { place: value.place } : {}),
      })),
    })),
    sources: [...pack.sources.values()].map((source) => ({
      id: source.id,
      title: { ...source.title },
      ...(source.number ? { number: source.number } : {}),
      ...(source.date ? { date: source.date } : {}),
      confirmed: source.confirmed,
    })),
    identity: { name: { ...pack.identity.name } },
  }
}

function fieldAnswer(field: Field) {
  const { id, number, kind, list, most, min, max, decimals, binds, source } = field
  return {
    id,
    number,
    name: { ...field.name },
    kind,
    list,
    most,
    ...(field.unit ? { unit: { ...field.unit } } : {}),
    min,
    max,
    decimals,
    required: field.required ?? false,
    sensitive: field.sensitive ?? false,
    derived: field.derive !== undefined,
    binds,
    ...(field.help ? { help: { ...field.help } } : {}),
    source,
  }
}

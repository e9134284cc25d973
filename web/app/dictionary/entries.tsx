import type { Text } from '../../../src/kernel/text.ts'
import { useFormat } from '../../lib/format.ts'
import { useLanguage } from '../../lib/i18n.ts'
import { type Pack, type PackField, type PackList, usePack } from '../../lib/pack.ts'
import { keyFor, useTexts } from '../texts/index.ts'
import classes from './dictionary.module.css'

/** The names in the pack's other languages, each marked as such. */
function OtherNames({ text }: { text: Text }) {
  const { pack, say } = usePack()
  const { language } = useLanguage()
  const shown = say(text)
  return (
    <>
      {pack.languages
        .filter((tag) => tag !== language && text[tag] && text[tag] !== shown)
        .map((tag) => (
          <span key={tag} lang={tag} className={classes.other}>
            {text[tag]}
          </span>
        ))}
    </>
  )
}

function SourceLink({ id }: { id: string | undefined }) {
  const say = useTexts()
  const { pack, say: words } = usePack()
  if (!id) return null
  const source = pack.sources.find((one) => one.id === id)
  return (
    <span className={classes.fact}>
      {say('source')} <a href={`#source-${id}`}>{source ? words(source.title) : id}</a>
    </span>
  )
}

/** A field: number and names, then what may stand in it. */
export function FieldEntry({ form, field }: { form: string; field: PackField }) {
  const say = useTexts()
  const format = useFormat()
  const { pack, say: words } = usePack()
  const kind = keyFor('kind', field.kind)
  const list = pack.lists.find(({ id }) => id === field.list)
  const { min, max } = field
  const range =
    min !== undefined && max !== undefined
      ? say('field.range', { min: format.number(min), max: format.number(max) })
      : min !== undefined
        ? say('field.from', { min: format.number(min) })
        : max !== undefined
          ? say('field.to', { max: format.number(max) })
          : ''
  const facts = [
    kind ? say(kind as never) : field.kind,
    field.unit ? words(field.unit) : '',
    range,
    field.decimals ? say('field.decimals', { count: field.decimals }) : '',
    field.most ? say('field.most', { n: field.most }) : '',
    field.required ? say('field.required') : '',
    field.sensitive ? say('field.sensitive') : '',
    field.derived ? say('field.derived') : '',
  ].filter(Boolean)
  return (
    <li id={`field-${form}-${field.id}`} className={classes.entry}>
      <a href={`#field-${form}-${field.id}`} className={classes.number}>
        {field.number}
      </a>
      <div>
        <p className={classes.name}>
          {words(field.name)}
          <OtherNames text={field.name} />
          <code>{field.id}</code>
        </p>
        <p className={classes.line}>
          {facts.map((fact) => (
            <span key={fact} className={classes.fact}>
              {fact}
            </span>
          ))}
          {list && (
            <a href={`#list-${list.id}`} className={classes.fact}>
              {say('field.list', { name: words(list.title) })}
            </a>
          )}
          <SourceLink id={field.source} />
        </p>
        {field.help && <p className={classes.line}>{words(field.help)}</p>}
      </div>
    </li>
  )
}

/** A code list as a table of codes and names. */
export function CodeList({ list }: { list: PackList }) {
  const say = useTexts()
  const { pack, say: words } = usePack()
  return (
    <details id={`list-${list.id}`} className={classes.list} open>
      <summary>
        <span className={classes.name}>
          {words(list.title)}{' '}
          <span className={classes.quiet}>{say('dictionaryCodes', { count: list.codes.length })}</span>
        </span>
      </summary>
      <SourceLink id={list.source} />
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{say('code')}</th>
            <th scope="col">{say('meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {list.codes.map(({ code, name }) => (
            <tr key={code}>
              <td>
                <code>{code}</code>
              </td>
              <td>
                {words(name)}
                {pack.languages.length > 1 && <OtherNames text={name} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** A figure of the law: its values with the days they hold, and where it is written. */
export function ParameterEntry({ parameter }: { parameter: Pack['parameters'][number] }) {
  const say = useTexts()
  const { say: words } = usePack()
  const anyPlace = parameter.values.some(({ place }) => place !== undefined)
  return (
    <div id={`parameter-${parameter.id}`} className={classes.list}>
      <p className={classes.name}>
        {words(parameter.name)}
        <OtherNames text={parameter.name} />
        <code>{parameter.id}</code>
      </p>
      <p className={classes.line}>
        <span className={classes.fact}>{say('parameter.unit', { unit: parameter.unit })}</span>
        <SourceLink id={parameter.source} />
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{say('parameter.from')}</th>
            <th scope="col">{say('parameter.to')}</th>
            {anyPlace && <th scope="col">{say('parameter.place')}</th>}
            <th scope="col" className={classes.numeric}>
              {say('parameter.value')}
            </th>
          </tr>
        </thead>
        <tbody>
          {parameter.values.map(({ from, to, value, place }) => (
            <tr key={`${from} ${place ?? ''}`}>
              <td>{from}</td>
              <td>{to ?? say('parameter.open')}</td>
              {anyPlace && <td>{place ?? ''}</td>}
              <td className={classes.numeric}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A document that the pack leans on. */
export function SourceEntry({ source }: { source: Pack['sources'][number] }) {
  const say = useTexts()
  const { say: words } = usePack()
  return (
    <li id={`source-${source.id}`} className={classes.entry}>
      <a href={`#source-${source.id}`} className={classes.number}>
        {source.id}
      </a>
      <div>
        <p className={classes.name}>
          {words(source.title)}
          <OtherNames text={source.title} />
        </p>
        <p className={classes.line}>
          {[source.number, source.date, source.confirmed ? undefined : say('sourceUnconfirmed')]
            .filter(Boolean)
            .map((fact) => (
              <span key={fact} className={classes.fact}>
                {fact}
              </span>
            ))}
        </p>
      </div>
    </li>
  )
}

import { KnownError } from '../../contract/error.ts'
import {
  boundValue,
  mentions,
  type Parameter,
  type ParameterInput,
  readParameter,
  valueProblem,
} from '../../contract/parameter.ts'
import type { TileRow } from './tile-row.ts'

export const readStored = (stored: readonly ParameterInput[]): Parameter[] => stored.map(readParameter)

/** The parameters with other values chosen. Throws `invalid-input` for a name that is none of theirs, or a value that is none. */
export function chosen(parameters: readonly Parameter[], values: Readonly<Record<string, string>>): Parameter[] {
  const unknown = Object.keys(values).find((name) => !parameters.some((one) => one.name === name))
  if (unknown !== undefined) throw new KnownError('invalid-input', `This dashboard has no parameter named ${unknown}.`)
  return parameters.map((parameter) => {
    const { name, label, type, choices = [] } = parameter
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) return parameter
    const problem = valueProblem(type, choices, value)
    if (problem !== undefined) throw new KnownError('invalid-input', `${label ?? name}: ${problem}`)
    return { ...parameter, value }
  })
}

/** What the parameters were when a statement was frozen; one that is gone since is a text. */
export const asThen = (
  parameters: readonly Parameter[],
  values: readonly { readonly name: string; readonly value: string }[],
): Parameter[] => [
  ...parameters.filter(({ name }) => !values.some((one) => one.name === name)),
  ...values.map(({ name, value }): Parameter => {
    const known = parameters.find((one) => one.name === name)
    return { ...(known ?? { name, type: 'text', default: value }), value }
  }),
]

/** Whether other parameters give a tile another statement to ask, or it was last asked with others. */
export function isMoved({ sql, values }: TileRow, before: readonly Parameter[], after: readonly Parameter[]): boolean {
  if (sql === null) return false
  const boundOf = (all: readonly Parameter[], name: string): string => {
    const found = all.find((one) => one.name === name)
    return found ? JSON.stringify(boundValue(found.type, found.value)) : ''
  }
  return [...before, ...after].some(
    (one) =>
      mentions(sql, one) &&
      (boundOf(before, one.name) !== boundOf(after, one.name) ||
        values?.[one.name] !== after.find(({ name }) => name === one.name)?.value),
  )
}

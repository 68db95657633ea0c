import { z } from 'zod'

export const ParameterName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'A parameter is named in lower-case letters, digits and underscores.')

/** What a person may choose as a value. `choice` is one of a list, and a text to the data. */
export const ParameterType = z.enum(['text', 'number', 'date', 'choice'])
export type ParameterType = z.infer<typeof ParameterType>

/** As people write it: `12.50`, `2026-03-31`. */
export const ParameterValue = z
  .string()
  .max(500)
  .refine((text) => !text.includes('\0'), 'A value holds no NUL character.')

/** A value on its way to the data, where it is bound as what it is and never becomes a part of the statement. */
export interface BoundValue {
  readonly type: 'text' | 'number' | 'date'
  readonly text: string
}

const DIGITS = 38
const NUMBER = /^-?(\d+)(?:\.(\d+))?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Why this is no value of this type, in a sentence; undefined where it is one. */
export function valueProblem(type: ParameterType, choices: readonly string[], value: string): string | undefined {
  if (type === 'choice' && !choices.includes(value))
    return `${value === '' ? 'Nothing' : `“${value}”`} is not one of the choices.`
  if (type === 'number') {
    const [, whole = '', rest = ''] = NUMBER.exec(value) ?? []
    if (whole === '') return 'Write a number: 12 or -0.5.'
    if (whole.length + rest.length > DIGITS) return `A number has at most ${DIGITS} digits.`
  }
  if (type === 'date' && !isDay(value)) return 'Write a day: 2026-03-31.'
  return undefined
}

/** NOTE: a day that no calendar has is moved on by the language; year 0 is none to most databases. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return DATE.test(text) && !text.startsWith('0000') && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** A parameter's value as the data is to take it. */
export const boundValue = (type: ParameterType, text: string): BoundValue => ({ type: type === 'choice' ? 'text' : type, text })

export const Parameter = z.object({
  name: ParameterName,
  /** What people read, instead of the name. */
  label: z.string().optional(),
  type: ParameterType,
  /** Of a `choice`: what may be chosen. */
  choices: z.array(z.string()).optional(),
  default: z.string(),
  /** What is chosen now. */
  value: z.string(),
})
export type Parameter = z.infer<typeof Parameter>

/** Without a `value` the default is chosen; without a default, the value is it. A text needs neither, a choice takes its first. */
export const ParameterInput = z
  .object({
    name: ParameterName,
    label: z.string().trim().max(80).optional(),
    type: ParameterType.default('text'),
    choices: z
      .array(ParameterValue.refine((text) => text.trim() !== '', 'A choice is not empty.'))
      .max(200)
      .optional(),
    default: ParameterValue.optional(),
    value: ParameterValue.optional(),
  })
  .strict()
  .superRefine((input, context) => {
    const { type, choices = [] } = input
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', message, path: [path] })
    if (type === 'choice' && choices.length === 0) return complain('choices', 'Name what can be chosen, one to a line.')
    if (new Set(choices).size < choices.length) complain('choices', 'A choice stands there twice.')
    const known = readParameter(input)
    for (const field of ['default', 'value'] as const) {
      const problem = valueProblem(type, choices, known[field])
      if (problem !== undefined) complain(field, problem)
    }
  })
export type ParameterInput = z.input<typeof ParameterInput>
export type GivenParameter = z.output<typeof ParameterInput>

export const ParameterInputs = z
  .array(ParameterInput)
  .max(20)
  .superRefine((all, context) => {
    const twice = all.find(({ name }, place) => all.findIndex((one) => one.name === name) < place)
    if (twice) context.addIssue({ code: 'custom', message: `There are two parameters named ${twice.name}.` })
  })

/** A parameter with everything that was left out of it. */
export function readParameter({ name, label, type = 'text', choices, ...said }: ParameterInput): Parameter {
  const first = type === 'choice' ? (choices?.[0] ?? '') : ''
  const chosen = said.default ?? said.value ?? first
  return {
    name,
    ...(label ? { label } : {}),
    type,
    ...(type === 'choice' ? { choices: choices ?? [] } : {}),
    default: chosen,
    value: said.value ?? chosen,
  }
}

/** Whether a statement may name the parameter: `$name`, wherever it stands. */
export const mentions = (sql: string, { name }: Pick<Parameter, 'name'>): boolean =>
  new RegExp(`\\$${name}(?!\\w)`, 'i').test(sql)

import { type CatalogTable } from './catalog.ts'

/**
 * How metrics are written: `sum(total) / count(distinct customer_id)`, `100 * count(*) filter (where status = 'cancelled') / count(*)`.
 * Figures are `count sum avg min max` over columns of one table, combined by + - * / and brackets; conditions are comparisons,
 * `in`, `is null`, `and`, `or`, `not`, or a yes/no column alone. A name of other letters stands in double quotes.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'operation'
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'figure'
      readonly figure: Figure
      readonly isDistinct: boolean
      readonly of?: Expression
      readonly where?: Condition
    }

export type Figure = 'count' | 'sum' | 'avg' | 'min' | 'max'
const figures: readonly string[] = ['count', 'sum', 'avg', 'min', 'max'] satisfies Figure[]

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'in'; readonly of: Expression; readonly values: readonly Expression[]; readonly isNegated: boolean }
  | { readonly kind: 'null'; readonly of: Expression; readonly isNegated: boolean }
  | { readonly kind: 'flag'; readonly of: Expression }

/** What is wrong with a metric, in a sentence. */
export class ExpressionError extends Error {}

interface Token {
  readonly text: string
  readonly kind: 'name' | 'quoted-name' | 'number' | 'text' | 'sign' | 'end'
  readonly at: number
}

const pattern = /\s*(?:([A-Za-z_][\w$]*)|"((?:[^"]|"")+)"|(\d+(?:\.\d+)?)|'((?:[^']|'')*)'|(<>|!=|<=|>=|[-+*/(),=<>]))/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  pattern.lastIndex = 0
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const found = pattern.exec(text)
    if (!found) throw new ExpressionError(`“${text.slice(at).trim().slice(0, 20)}” cannot be read here.`)
    const [, name, quotedName, number, quoted, sign] = found
    if (name !== undefined) tokens.push({ kind: 'name', text: name, at })
    else if (quotedName !== undefined) tokens.push({ kind: 'quoted-name', text: quotedName.replaceAll('""', '"'), at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'"), at })
    else tokens.push({ kind: 'sign', text: sign ?? '', at })
  }
  return [...tokens, { kind: 'end', text: '', at: end }]
}

class Parser {
  #at = 0
  readonly #tokens: readonly Token[]
  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 0 }
  }
  #isWord(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'name' && token.text.toLowerCase() === word
  }
  #isSign(...signs: readonly string[]): boolean {
    return this.#next.kind === 'sign' && signs.includes(this.#next.text)
  }
  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false
    this.#at++
    return true
  }
  #takeSign(sign: string): boolean {
    if (!this.#isSign(sign)) return false
    this.#at++
    return true
  }
  #expect(isThere: boolean, what: string): void {
    if (isThere) return
    const found = this.#next.kind === 'end' ? 'the end' : `“${this.#next.text}”`
    throw new ExpressionError(`${what} is missing before ${found}.`)
  }
  end(): void {
    if (this.#next.kind !== 'end') throw new ExpressionError(`“${this.#next.text}” is not expected here.`)
  }

  sum(isInside: boolean): Expression {
    let left = this.#product(isInside)
    while (this.#isSign('+', '-')) {
      const operator = this.#tokens[this.#at++]?.text === '+' ? '+' : '-'
      left = { kind: 'operation', operator, left, right: this.#product(isInside) }
    }
    return left
  }

  #product(isInside: boolean): Expression {
    let left = this.#factor(isInside)
    while (this.#isSign('*', '/')) {
      const operator = this.#tokens[this.#at++]?.text === '*' ? '*' : '/'
      left = { kind: 'operation', operator, left, right: this.#factor(isInside) }
    }
    return left
  }

  #factor(isInside: boolean): Expression {
    const token = this.#next
    if (this.#takeSign('(')) {
      const inner = this.sum(isInside)
      this.#expect(this.#takeSign(')'), 'A closing bracket')
      return inner
    }
    if (this.#takeSign('-'))
      return { kind: 'operation', operator: '-', left: { kind: 'number', value: '0' }, right: this.#factor(isInside) }
    if (token.kind === 'number' || token.kind === 'text') {
      this.#at++
      return { kind: token.kind, value: token.text }
    }
    if (token.kind !== 'name' && token.kind !== 'quoted-name') {
      this.#expect(false, 'A column, a number or a figure such as sum(…)')
    }
    this.#at++
    const figure = figures.find((name) => name === token.text.toLowerCase()) as Figure | undefined
    if (token.kind === 'name' && this.#isSign('(')) {
      if (!figure) throw new ExpressionError(`“${token.text}” is no figure. There are count, sum, avg, min and max.`)
      if (isInside) throw new ExpressionError('A figure cannot stand inside another one.')
      return this.#figure(figure)
    }
    if (!isInside) throw new ExpressionError(`“${token.text}” has to stand inside a figure, such as sum(${token.text}).`)
    return { kind: 'column', name: token.text, at: token.at }
  }

  #figure(figure: Figure): Expression {
    this.#takeSign('(')
    const isAll = this.#takeSign('*')
    if (isAll && figure !== 'count') throw new ExpressionError(`${figure}(*) means nothing: name a column.`)
    const isDistinct = !isAll && this.#takeWord('distinct')
    const of = isAll ? undefined : this.sum(true)
    this.#expect(this.#takeSign(')'), 'A closing bracket')
    let where: Condition | undefined
    if (this.#isWord('filter')) {
      this.#at++
      this.#expect(this.#takeSign('('), 'An opening bracket')
      this.#expect(this.#takeWord('where'), '“where”')
      where = this.condition()
      this.#expect(this.#takeSign(')'), 'A closing bracket')
    }
    return { kind: 'figure', figure, isDistinct, ...(of ? { of } : {}), ...(where ? { where } : {}) }
  }

  condition(): Condition {
    const parts = [this.#both()]
    while (this.#takeWord('or')) parts.push(this.#both())
    const [only] = parts
    return parts.length === 1 && only ? only : { kind: 'or', parts }
  }

  #both(): Condition {
    const parts = [this.#single()]
    while (this.#takeWord('and')) parts.push(this.#single())
    const [only] = parts
    return parts.length === 1 && only ? only : { kind: 'and', parts }
  }

  #single(): Condition {
    if (this.#takeWord('not')) return { kind: 'not', part: this.#single() }
    if (this.#isSign('(')) {
      const start = this.#at
      this.#at++
      try {
        const inner = this.condition()
        if (this.#takeSign(')') && !this.#isSign('+', '-', '*', '/', '=', '<', '>', '<=', '>=', '<>', '!=')) return inner
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
      }
      this.#at = start
    }
    const left = this.sum(true)
    if (this.#takeWord('is')) {
      const isNegated = this.#takeWord('not')
      this.#expect(this.#takeWord('null'), '“null”')
      return { kind: 'null', of: left, isNegated }
    }
    const isNegated = this.#isWord('not') && this.#isWord('in', 1) && this.#takeWord('not')
    if (this.#takeWord('in')) {
      this.#expect(this.#takeSign('('), 'An opening bracket')
      const values = [this.sum(true)]
      while (this.#takeSign(',')) values.push(this.sum(true))
      this.#expect(this.#takeSign(')'), 'A closing bracket')
      return { kind: 'in', of: left, values, isNegated }
    }
    if (this.#isSign('=', '<>', '!=', '<', '<=', '>', '>=')) {
      const operator = this.#tokens[this.#at++]?.text ?? '='
      return { kind: 'compare', operator: operator === '!=' ? '<>' : operator, left, right: this.sum(true) }
    }
    if (left.kind !== 'column') throw new ExpressionError("A condition compares something: write it like status = 'paid'.")
    return { kind: 'flag', of: left }
  }
}

/** Reads a metric's expression. Throws ExpressionError. */
export function readExpression(text: string): Expression {
  const parser = new Parser(text)
  const read = parser.sum(false)
  parser.end()
  if (columnsOf(read).length === 0 && !text.includes('('))
    throw new ExpressionError('A metric needs a figure, such as sum(amount).')
  return read
}

/** Reads a metric's filter. Throws ExpressionError. */
export function readCondition(text: string): Condition {
  const parser = new Parser(text)
  const read = parser.condition()
  parser.end()
  return read
}

/** The names of the columns that an expression or a condition uses. */
export function columnsOf(part: Expression | Condition): string[] {
  switch (part.kind) {
    case 'number':
    case 'text':
      return []
    case 'column':
      return [part.name]
    case 'operation':
    case 'compare':
      return [...columnsOf(part.left), ...columnsOf(part.right)]
    case 'figure':
      return [...(part.of ? columnsOf(part.of) : []), ...(part.where ? columnsOf(part.where) : [])]
    case 'and':
    case 'or':
      return part.parts.flatMap(columnsOf)
    case 'not':
      return columnsOf(part.part)
    case 'in':
      return [part.of, ...part.values].flatMap(columnsOf)
    case 'null':
    case 'flag':
      return columnsOf(part.of)
  }
}

/** The column that a metric's name means: as it is written, else in another case. */
export const columnNamed = (name: string, { columns }: Pick<CatalogTable, 'columns'>) =>
  columns.find((column) => column.name === name) ?? columns.find((column) => column.name.toLowerCase() === name.toLowerCase())

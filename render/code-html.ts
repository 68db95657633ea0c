import { StandardSQL } from '@codemirror/lang-sql'
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'
import { parser as pythonParser } from '@lezer/python'
import { escapeText, type Html, raw } from './html.ts'

const classes = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.typeName, tags.standard(tags.name), tags.bool, tags.null], class: 'k' },
  { tag: [tags.string, tags.special(tags.string)], class: 's' },
  { tag: tags.comment, class: 'c' },
])
const MAX_LENGTH = 50_000

const parserOf = (language: string) =>
  /^(sql|postgresql|duckdb)$/i.test(language)
    ? StandardSQL.language.parser
    : /^(python|py)$/i.test(language)
      ? pythonParser
      : undefined

/** SQL and Python with their keywords, texts and comments marked; anything else in a block of code is only escaped. */
export function codeHtml(code: string, language: string): Html {
  const parser = parserOf(language)
  if (!parser || code.length > MAX_LENGTH) return raw(escapeText(code))
  let markup = ''
  let done = 0
  highlightTree(parser.parse(code), classes, (from, to, className) => {
    markup += `${escapeText(code.slice(done, from))}<span class="${className}">${escapeText(code.slice(from, to))}</span>`
    done = to
  })
  return raw(markup + escapeText(code.slice(done)))
}

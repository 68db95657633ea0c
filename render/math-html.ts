import temml from 'temml'
import { allowMarkup } from './allow-markup.ts'
import { type Html, html, raw } from './html.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const rules = {
  elements: words(
    'math semantics mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose mstyle merror',
  ),
  attributes: words(
    'display mathvariant stretchy fence separator form lspace rspace minsize maxsize movablelimits largeop symmetric accent accentunder linethickness width height depth voffset columnalign rowspacing columnspacing columnlines rowlines displaystyle scriptlevel notation dir',
  ),
  droppedWhole: words('annotation annotation-xml script style'),
  attributeValue: (_: string, value: string) => (/^[\w\s.%+-]{0,60}$/.test(value) ? value : undefined),
}
const MAX_LENGTH = 5_000

/** TeX as MathML. What cannot be read stands there as it was written. */
export function mathHtml(tex: string, isBlock: boolean): Html {
  if (tex.length > MAX_LENGTH) return html`<code>${tex}</code>`
  try {
    return raw(
      allowMarkup(temml.renderToString(tex, { displayMode: isBlock, throwOnError: true, trust: false, maxExpand: 200 }), rules),
    )
  } catch {
    return html`<code>${tex}</code>`
  }
}

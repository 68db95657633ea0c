import { allowMarkup } from './allow-markup.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
/** The engine counts its pictures in their ids; without that, equal charts are equal bytes. */
const ownId = (id: string): string => id.replace(/^zr\d+-/, 'z-')
const rulesFor = (prefix: string) => ({
  elements: words('svg g path rect circle ellipse line polyline polygon text tspan defs clipPath'),
  attributes: words(
    'xmlns viewBox data-series d x y x1 y1 x2 y2 cx cy r rx ry width height points transform id clip-path fill fill-opacity fill-rule clip-rule stroke stroke-opacity stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity text-anchor dominant-baseline dy dx',
  ),
  droppedWhole: words(
    'script style foreignobject image a use animate animatetransform animatemotion set iframe object embed filter pattern mask',
  ),
  attributeValue(name: string, value: string): string | undefined {
    if (name === 'data-series') return value
    if (name === 'xmlns') return value === 'http://www.w3.org/2000/svg' ? value : undefined
    if (name === 'id') return /^[\w-]+$/.test(value) ? prefix + ownId(value) : undefined
    if (name === 'clip-path') {
      const target = /^url\(#([\w-]+)\)$/.exec(value)?.[1]
      return target === undefined ? undefined : `url(#${prefix}${ownId(target)})`
    }
    if (name === 'fill' || name === 'stroke')
      return /^(none|transparent|currentColor|var\(--[\w-]+\)|#[0-9a-f]{3,8}|rgba?\([\d\s.,%]+\))$/i.test(value)
        ? value
        : undefined
    if (name === 'd' || name === 'points' || name === 'transform')
      return /^[\w\s.,()+-]*$/.test(value)
        ? value.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(name === 'transform' ? 2 : 1))))
        : undefined
    return /^[\w\s.,%+-]*$/.test(value) ? value : undefined
  },
})

/** A picture as the allow list lets it through; ids get the prefix, so that several pictures can stand in one page. */
export const allowPicture = (svg: string, idPrefix = ''): string => allowMarkup(svg, rulesFor(idPrefix))

/** What a picture remembers for the legend: series by name and place. */
export interface PictureSeries {
  readonly name: string
  readonly place: number
}

const letters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** The series that a picture's root remembers; nothing when it is no chart. */
export function keptSeries(svg: string): PictureSeries[] | undefined {
  const found = /^<svg [^>]*data-series="([^"]*)"/.exec(svg)?.[1]
  if (!found) return undefined
  const text = found.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => letters[name] ?? '')
  return (JSON.parse(text) as PictureSeries[]).map(({ name, place }) => ({ name: String(name), place: Number(place) }))
}

import { expect, test } from 'vitest'
import { ChartKind, ChartSpec } from '../contract/chart.ts'
import { chartRules } from '../contract/chart-rules.ts'
import { allowPicture } from './allow-picture.ts'
import { dataOfRows } from './chart-data.ts'
import { chartHtml } from './chart-html.ts'
import { chartLabel } from './chart-label.ts'
import { chartModel } from './chart-model.ts'
import { chartSvg } from './chart-svg.ts'
import { cellFormat, formatCell, formatTimestamp, groupDigits } from './format-cell.ts'
import { html } from './html.ts'
import { proseHtml } from './prose-html.ts'
import { tableHtml } from './table-html.ts'

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'javascript:alert(1)',
  '</svg><script>alert(1)</script>',
  ']]><script>alert(1)</script>',
  'url(https://elsewhere.example/x)',
  '{a|b}{b}',
  '\u0000<svg/onload=alert(1)>',
]
/** Tags and attributes that only an attack could have put there. */
const bare = (markup: string): string => markup.replace(/"[^"]*"/g, '""')
const danger =
  /<(script|img|iframe|object|embed|foreignObject|style|link|base|form)\b|<[^>]*\s(on\w+|style|href|src|xlink:href)\s*=/i

test('P3 hostile names, values and titles stay text in every chart picture', () => {
  for (const attack of attacks) {
    const columns = [
      { name: `x ${attack}`, type: 'text' as const },
      { name: attack, type: 'integer' as const },
      { name: `by ${attack}`, type: 'text' as const },
    ]
    const data = dataOfRows(
      columns,
      [1, 2, 3, 4].map((y) => [`${attack}${y % 2}`, y, `${attack}${y > 2}`]),
    )
    for (const kind of ChartKind.options) {
      const rule = chartRules[kind]
      const spec = ChartSpec.parse({
        version: 1,
        kind,
        x: `x ${attack}`,
        y: rule.leastY > 0 ? [attack] : [],
        ...(rule.by ? { by: `by ${attack}` } : {}),
        ...(rule.size ? { size: attack } : {}),
        ...(rule.y2 ? { y2: [attack] } : {}),
        horizontal: kind === 'bar',
        subtitle: attack,
      })
      const pictures = { wide: chartSvg(spec, data, 'wide'), narrow: chartSvg(spec, data, 'narrow') }
      expect(bare(pictures.wide)).not.toMatch(danger)
      const figure = chartHtml({
        id: 'c1',
        title: attack,
        label: chartLabel(chartModel(spec, data)),
        spec,
        pictures,
        data,
        rowCount: 4,
        dataUrl: '/t1.columns',
      }).markup
      expect(bare(figure)).not.toMatch(danger)
    }
  }
})

test('P3 the allow list writes pictures anew and lets nothing else through', () => {
  const hostile =
    '<svg viewBox="0 0 1 1" onload="x()"><script>x()</script><style>a{}</style><foreignObject><b>t</b></foreignObject><a href="javascript:x()"><text>in a</text></a><rect fill="red&quot;&gt;&lt;img&gt;" width="1"/><path d="M0 0" style="x" fill="url(https://e.example)"/><g id="z-1"><use href="#z"/><image href="x"/></g><text>&lt;b&gt; <b>x</text>'
  expect(allowPicture(hostile, 'p-')).toBe(
    '<svg viewBox="0 0 1 1"><rect width="1"/><path d="M0 0"/><g id="p-z-1"></g><text>&lt;b&gt; x</text></svg>',
  )
  expect(allowPicture(hostile, 'p-')).not.toMatch(danger)
})

test('P3 hostile Markdown, maths included, makes no element of its own', () => {
  for (const attack of attacks)
    expect(
      proseHtml(
        `# ${attack}\n\n${attack} [x](${attack}) ![y](${attack}) $${attack}$\n\n- ${attack}\n\n\`\`\`sql\n${attack}\n\`\`\``,
      ).markup,
    ).not.toMatch(/<(script|img|iframe|svg)\b|<[^>]*\s(on\w+|style)\s*=|javascript:alert\(1\)"/i)
  expect(proseHtml('![p](https://elsewhere.example/?secret)').markup).toBe('<p>[picture: p]</p>')
  expect(proseHtml('[a](https://a.example) [b](data:text/html,x)').markup).toContain('>a</a> b</p>')
  expect(proseHtml('$\\href{javascript:alert(1)}{x} \\htmlStyle{color:red}{y}$').markup).not.toMatch(/href=|style=/)
  expect(proseHtml('$x^2$ costs $5 and $6').markup).toContain('<math><msup>')
})

test('P3 cells and names of a table are text', () => {
  for (const attack of attacks) {
    const markup = tableHtml({
      id: 't1',
      title: attack,
      columns: [{ name: attack, type: 'text' }],
      rows: [[attack]],
      rowCount: 1,
      truncated: false,
    }).markup
    expect(bare(markup)).not.toMatch(danger)
  }
  expect(html`<p title="${'"'}">${'<'}${html`<b>x</b>`}</p>`.markup).toBe('<p title="&quot;">&lt;<b>x</b></p>')
})

test('numbers are grouped, signed and never cut', () => {
  expect(groupDigits('-12345678901234567890.123456789')).toBe('−12,345,678,901,234,567,890.123456789')
  expect(groupDigits('1e+21')).toBe('1e+21')
  const revenue = cellFormat({ name: 'revenue', type: 'number' }, [1.5, 20.25, null])
  expect(formatCell(1.5, revenue)).toBe('1.50')
  expect(formatCell(0.0001, revenue)).toBe('0.00010')
  expect(formatCell(2026, cellFormat({ name: 'year', type: 'integer' }, []))).toBe('2026')
  expect(formatCell('99999999999999999999', { type: 'integer', isGrouped: true })).toBe('99,999,999,999,999,999,999')
  expect(formatTimestamp('2026-11-09T00:00:00Z')).toBe('2026-11-09')
  expect(formatTimestamp('2026-11-09T14:20:05.120000Z')).toBe('2026-11-09 14:20:05.12 UTC')
})

test('days that begin months, quarters and years are written as those where their column is called so', () => {
  const month = cellFormat({ name: 'month', type: 'date' }, [])
  expect(['2024-11-01', '2024-11-02'].map((day) => formatCell(day, month))).toEqual(['2024-11', '2024-11-02'])
  expect(formatCell('2024-11-01', { ...month, look: 'month' })).toBe('November 2024')
  const quarter = cellFormat({ name: 'order quarter', type: 'timestamp' }, [])
  expect(['2024-10-01T00:00:00', '2024-11-01T00:00:00'].map((day) => formatCell(day, quarter))).toEqual(['2024 Q4', '2024-11-01'])
  const year = cellFormat({ name: 'Year', type: 'date' }, [])
  expect(['2024-01-01', '2024-02-01'].map((day) => formatCell(day, year))).toEqual(['2024', '2024-02-01'])
  expect(formatCell('2024-01-01', cellFormat({ name: 'hired', type: 'date' }, []))).toBe('2024-01-01')
})

test('a ninth series becomes other, stacks share their places, long lines keep their extremes', () => {
  const columns = [
    { name: 'x', type: 'integer' as const },
    { name: 'y', type: 'number' as const },
    { name: 'by', type: 'text' as const },
  ]
  const rows = Array.from({ length: 120 }, (_, row) => [Math.floor(row / 12), row % 12, `s${row % 12}`])
  const spec: ChartSpec = { version: 1, kind: 'area', x: 'x', y: ['y'], by: 'by', stack: 'percent', horizontal: false }
  const model = chartModel(spec, dataOfRows(columns, rows))
  expect(model.series.map((series) => series.name).at(-1)).toBe('4 others')
  expect(model.series.at(-1)?.place).toBe(8)
  expect(model.series.reduce((sum, series) => sum + (series.ys[3] ?? 0), 0)).toBeCloseTo(100)
  const long = Array.from({ length: 20_000 }, (_, row) => [row, row === 12_345 ? 99 : row % 7, 'a'])
  const line = chartModel({ ...spec, kind: 'line', stack: 'none' }, dataOfRows(columns, long), 500)
  expect(line.series[0]?.xs.length).toBeLessThanOrEqual(500)
  expect(line.series[0]?.ys).toContain(99)
  expect(line.isReduced).toBe(true)
  expect(() => chartModel({ ...spec, x: 'gone' }, dataOfRows(columns, []))).toThrow('The table has no column "gone"')
})

test('headings of an answer begin under the question and skip no level', () => {
  const levels = (markdown: string) => [...proseHtml(markdown).markup.matchAll(/<h([1-6])>/g)].map((match) => Number(match[1]))
  expect(levels('### Finding\n\ntext\n\n##### Detail')).toEqual([3, 4])
  expect(levels('### Late\n\n# Early\n\n### Late')).toEqual([3, 3, 4])
  expect(levels('> # Quoted')).toEqual([])
})

test('a ranking has bars in its measure, other tables have none', () => {
  const columns = [
    { name: 'product', type: 'text' as const },
    { name: 'revenue', type: 'number' as const },
  ]
  const table = (rows: [string | null, number][], named = columns) =>
    tableHtml({ id: 't', title: 'Revenue', columns: named, rows, rowCount: rows.length, truncated: false }).markup
  const ranking: [string | null, number][] = [
    ['Boot', 400],
    ['Tent', 100],
    [null, 0],
  ]
  expect([...table(ranking).matchAll(/<path d="M0 0h(\d+)v8H0z"/g)].map(([, width]) => width)).toEqual(['52', '13', '0'])
  expect(table([...ranking].reverse())).not.toContain('class="bar"')
  expect(table(ranking.slice(0, 2))).not.toContain('class="bar"')
  expect(table(ranking, [columns[0] ?? { name: '', type: 'text' }, { name: 'year', type: 'number' }])).not.toContain(
    'class="bar"',
  )
})

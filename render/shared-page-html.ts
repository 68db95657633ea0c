import type { Snapshot, SnapshotFile } from '../contract/snapshot.ts'
import { boardHtml } from './board-html.ts'
import { CARD } from './card-svg.ts'
import { formatBytes, formatInstant, formatPlural } from './format-cell.ts'
import { type Html, type HtmlValue, html, raw } from './html.ts'
import { icons, mark } from './icons.ts'
import { shortDigest, type TurnSurroundings, turnHtml } from './turn-html.ts'

/** The public pages' style, which stands in the page itself. */
export interface PageStyle {
  /** Of the head of a page and its title, which are painted first. */
  readonly title: string
  /** All but that and the fonts. */
  readonly css: string
  /** Read after the title, which is painted in the system's font: nothing of the fonts is waited for. */
  readonly fonts: string
}

export interface PageAssets extends PageStyle {
  /** Address of the module that makes tables and charts work. */
  readonly script: string
}

interface FrozenPage {
  readonly snapshot: Snapshot
  readonly snapshotDigest: string
  /** The SVG file of a digest, or nothing when it is not at hand. */
  pictures(digest: string): string | undefined
  /** Other versions of the page, newest first, when readers may step to them. */
  readonly versions?: {
    readonly count: number
    readonly list: readonly { readonly version: number; readonly frozenAt: string; readonly path: string }[]
  }
}

export interface SharedPage extends FrozenPage {
  /** `/shared/<token>`, without a slash at the end. */
  readonly basePath: string
  readonly assets: PageAssets
  /** Stands before the address of the preview's picture: readers of previews want it whole. */
  readonly cardOrigin?: string
}

/** A page in one file, which fetches nothing. */
export interface OfflinePage extends FrozenPage {
  /** With the font files in it. */
  readonly style: PageStyle
  /** The module itself. */
  readonly script: string
  /** What the file may do, for its `<meta>`. */
  readonly policy: string
  /** Whole tables by id: columnar, gzip, base64. Of others only the first rows are there. */
  readonly tables: ReadonlyMap<string, string>
}

/** What stands around the turns of a page: addresses, and what only some pages have. */
interface Surroundings extends Pick<TurnSurroundings, 'csvUrl' | 'dataUrl' | 'pageUrl' | 'figureUrl'> {
  fileUrl(name: string): string | undefined
  /** Where a signed-in reader takes the tables into a conversation of their own (B9). */
  readonly continueUrl?: string | undefined
  /** Other forms of the page, by name. */
  readonly forms: readonly { readonly name: string; readonly url: string }[]
  readonly kind: 'page' | 'offline copy'
}

/** What stands in the page's `<style>`s: exactly these bytes, for a policy's hashes. */
export const inlineSheets = ({ title, css, fonts }: PageStyle): readonly [title: string, rest: string, fonts: string] => [
  inlineCss(title),
  inlineCss(css),
  inlineCss(fonts),
]

const inlineCss = (css: string): string => css.replace(/<\//g, '<\\/')

interface DocumentParts {
  readonly title: string
  readonly style: PageStyle
  /** The fonts are in the style itself, and long. */
  readonly embedsFonts?: boolean
  readonly head?: HtmlValue
  /** Of `<body>`. */
  readonly name?: 'gone'
  /** What is painted before the rest is read, up to `TITLE_ID`. */
  readonly first?: Html | undefined
  readonly body: Html
  /** Scripts and data, which stand as they are. */
  readonly scripts?: Html
}

const TITLE_ID = 'title'

/** A whole document as every public page is. What its first paint does not need stands at its end. */
export function documentHtml({
  title,
  style,
  embedsFonts = false,
  head = '',
  name,
  first,
  body,
  scripts,
}: DocumentParts): string {
  const [titleSheet, restSheet, fontSheet] = inlineSheets(style).map((sheet) => html`<style>${raw(sheet)}</style>`)
  // NOTE: a browser that reads slowly would paint before it has come to the title: an empty page, and the title no sooner than with the second frame.
  const expected = first && html`<link rel="expect" href="#${TITLE_ID}" blocking="render">`
  // NOTE: a page whose fonts become known when it is there is laid out once more.
  const areFontsEarly = first !== undefined && !embedsFonts
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow,noarchive"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${narrow(html`${title}`)}</title>${expected}${narrow(html`${head}`)}${titleSheet}${!first && restSheet}</head><body${name !== undefined && html` class="${name}"`}>${first && html`${narrow(first)}${restSheet}${areFontsEarly && fontSheet}`}${narrow(body)}${scripts}${!areFontsEarly && fontSheet}</body></html>`
    .markup
}

/** Signs that texts in Latin letters have too are written as references: one that is not in Latin-1 makes all of the page twice as wide in a browser, and slower to read. */
const narrow = ({ markup }: Html): Html =>
  raw(markup.replace(/[\u2010-\u2026\u20ac\u2122\u2212]/g, (sign) => `&#${sign.charCodeAt(0)};`))

/** The public page, whole. A pure function of the snapshot: what is not in it cannot be in the page. */
export function sharedPageHtml(page: SharedPage): string {
  const { snapshot, basePath, assets } = page
  const tablePath = (id: string): string => `${basePath}/tables/${encodeURIComponent(id)}`
  const { first, body } = bodyParts(page, {
    kind: 'page',
    csvUrl: (id) => (snapshot.downloads ? `${tablePath(id)}.csv` : undefined),
    dataUrl: (id) => `${tablePath(id)}.columns`,
    pageUrl: (id) => `${tablePath(id)}.json`,
    figureUrl: (id) => `${basePath}/figures/${id}`,
    continueUrl: snapshot.downloads ? `/continue?from=${encodeURIComponent(basePath)}` : undefined,
    fileUrl: (name) => (snapshot.downloads ? `${basePath}/files/${encodeURIComponent(name)}` : undefined),
    forms: [
      ...(snapshot.twins
        ? [
            { name: 'JSON', url: `${basePath}.json` },
            { name: 'Markdown', url: `${basePath}.md` },
          ]
        : []),
      ...(snapshot.downloads ? [{ name: 'Offline copy', url: `${basePath}/offline.html` }] : []),
    ],
  })
  const script = html`<script type="module" src="${assets.script}"></script>`
  return documentHtml({ title: snapshot.cardTitle, style: assets, head: cardHtml(page), first, body, scripts: script })
}

/** What link previews read (P7): neutral unless the owner chose a title and a chart. */
function cardHtml({ snapshot, basePath, cardOrigin = '' }: SharedPage): Html {
  const property = (name: string, content: string | number): Html => html`<meta property="og:${name}" content="${content}">`
  return html`${[
    property('type', 'article'),
    property('site_name', snapshot.by),
    property('title', snapshot.cardTitle),
    property(
      'description',
      snapshot.dashboard
        ? 'A read-only page of figures, charts and tables.'
        : 'A frozen, read-only page of questions and answers about data.',
    ),
    property('image', `${cardOrigin}${basePath}/card.png`),
    property('image:type', 'image/png'),
    property('image:width', CARD.width),
    property('image:height', CARD.height),
    property('image:alt', snapshot.cardTitle),
  ]}<meta name="twitter:card" content="summary_large_image">`
}

/** The page in one file that works from a disk: data, scripts and fonts are in it, and it says nothing of where it came from. */
export function offlinePageHtml(page: OfflinePage): string {
  const nowhere = () => undefined
  const dataId = (id: string): string => `${id}-data`
  const { first, body } = bodyParts(page, {
    kind: 'offline copy',
    csvUrl: nowhere,
    dataUrl: (id) => (page.tables.has(id) ? `#${dataId(id)}` : undefined),
    pageUrl: nowhere,
    figureUrl: nowhere,
    fileUrl: nowhere,
    forms: [],
  })
  const data = [...page.tables].map(
    ([id, text]) => html`<script type="application/octet-stream" id="${dataId(id)}">${raw(text)}</script>`,
  )
  const script = html`<script type="module">${raw(inlineScript(page.script))}</script>`
  const policy = html`<meta http-equiv="Content-Security-Policy" content="${page.policy}">`
  return documentHtml({
    title: page.snapshot.title,
    style: page.style,
    embedsFonts: true,
    head: policy,
    first,
    body,
    scripts: html`${data}${script}`,
  })
}

/** What stands in `<script>`: exactly these bytes, for hashing. */
export const inlineScript = (script: string): string => script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')

/** A conversation is long: its title is painted first. A dashboard is seen whole. */
function bodyParts(page: FrozenPage, around: Surroundings): Pick<DocumentParts, 'first' | 'body'> {
  const { snapshot } = page
  const { dashboard } = snapshot
  const tables = new Map(snapshot.turns.flatMap((turn) => turn.tables.map((table) => [table.id, table] as const)))
  const surroundings = {
    showsSteps: snapshot.showsSteps,
    tables,
    picture: page.pictures,
    csvUrl: around.csvUrl,
    dataUrl: around.dataUrl,
    pageUrl: around.pageUrl,
    figureUrl: around.figureUrl,
  }
  const frozen = formatInstant(snapshot.frozenAt)
  const forms = around.forms.map(
    ({ name, url }) => html`<a class="noprint" href="${url}"${name === 'Offline copy' && html` download`}>${name}</a>`,
  )
  const digest = html`<span class="mono push" title="SHA-256 of this page's snapshot: ${page.snapshotDigest}" data-digest="${page.snapshotDigest}">sha256 ${shortDigest(page.snapshotDigest)}</span>`
  const continuing = tables.size > 0 && around.continueUrl !== undefined ? continueHtml(around.continueUrl) : ''
  const heading = html`<header class="pub"><a class="skip" href="#main">Skip to the content</a><div class="in"><span class="org">${snapshot.by}</span>${dashboard?.isRefreshed && html`<span class="tag push">Refreshed link</span>`}<span class="${dashboard?.isRefreshed ? '' : 'push '}meta num">${versionsHtml(page)}${around.kind === 'offline copy' && ', offline copy'}</span></div></header>`
  const ending = html`<footer class="ft"><div class="in">${mark}<span>Read-only. Nothing on this page is asked of the data again.</span>${digest}${forms}</div></footer><p class="sr" role="status" aria-live="polite" id="said"></p>`
  if (dashboard) {
    const board = boardHtml(snapshot, dashboard, surroundings)
    return { body: html`${heading}<main id="main" class="wrap board">${board}${continuing}</main>${ending}` }
  }
  return {
    first: html`${heading}<main id="main" class="wrap"><div class="ttl" id="${TITLE_ID}"><p class="frz num">Frozen ${frozen}</p><h1>${snapshot.title}</h1><p>${introText(snapshot)}</p></div>`,
    body: html`<div class="doc">${snapshot.turns.map((turn, place) =>
      turnHtml(turn, { ...surroundings, isLast: place === snapshot.turns.length - 1 }),
    )}<p class="freeze"><span>End of version ${snapshot.shareVersion}. Later questions are not on this page.</span></p>${filesHtml(snapshot, around)}${continuing}</div>${contentsHtml(snapshot, continuing !== '')}</main>${ending}`,
  }
}

/** `Version 3 of 3, 12 May 2026`, with the way to the others where readers may step back. */
function versionsHtml({ snapshot, versions }: FrozenPage): Html {
  const count = Math.max(versions?.count ?? 0, snapshot.shareVersion)
  const said = (version: number, frozenAt: string): string =>
    `Version ${version} of ${count}, ${formatInstant(frozenAt, 3).split(',', 1)[0]}`
  const list = versions?.list ?? []
  if (list.length === 0) return html`${said(snapshot.shareVersion, snapshot.frozenAt)}`
  return html`<details class="vers"><summary>${said(snapshot.shareVersion, snapshot.frozenAt)}</summary><ol>${list.map(
    ({ version, frozenAt, path }) =>
      version === snapshot.shareVersion
        ? html`<li aria-current="page">Version ${version}<span>${formatInstant(frozenAt)}</span></li>`
        : html`<li><a href="${path}">Version ${version}</a><span>${formatInstant(frozenAt)}</span></li>`,
  )}</ol></details>`
}

function introText(snapshot: Snapshot): string {
  const tables = snapshot.turns.reduce((sum, turn) => sum + turn.tables.length, 0)
  const charts = snapshot.turns.reduce((sum, turn) => sum + turn.charts.length, 0)
  const parts = [tables > 0 ? 'tables' : '', charts > 0 ? 'charts' : '', snapshot.showsSteps ? 'queries' : ''].filter(
    (part) => part !== '',
  )
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}` : (parts[0] ?? '')
  return `${formatPlural(snapshot.turns.length, 'question')} asked by ${snapshot.by}${list === '' ? '' : `, with the ${list} behind every answer`}.`
}

function filesHtml(snapshot: Snapshot, around: Surroundings): Html | '' {
  const keptOut = snapshot.filesKeptOut
  if (snapshot.files.length === 0 && keptOut === 0) return ''
  const said =
    keptOut > 0 &&
    html`<p class="meta">${formatPlural(keptOut, 'file was', 'files were')} kept out of this page by its owner.</p>`
  const item = (file: SnapshotFile): Html => {
    const url = around.fileUrl(file.name)
    const extension = /\.([A-Za-z0-9]{1,5})$/.exec(file.name)?.[1]?.toUpperCase() ?? 'FILE'
    return html`<li class="file"><span class="ext">${extension}</span><span class="grow"><span class="nm">${file.name}</span><span class="meta num">${formatBytes(file.bytes)}, as uploaded</span></span>${
      url !== undefined &&
      html`<a class="btn noprint" href="${url}" download aria-label="Download ${file.name}">${icons.download}Download</a>`
    }</li>`
  }
  return html`<section aria-labelledby="fh" id="files"><h2 class="hm" id="fh">Files</h2>${snapshot.files.length > 0 && html`<ul>${snapshot.files.map(item)}</ul>`}${said}</section>`
}

/** A plain link: this page knows no reader, and the one behind it asks who it is. NOTE: of its own window, as the page may stand in a frame. */
const continueHtml = (url: string): Html =>
  html`<section class="cont noprint" id="cont" aria-labelledby="ch"><div><h2 class="hm" id="ch">Continue with the data</h2><p class="dim">Take these frozen tables into a conversation of your own and ask further. The source behind them is not touched.</p></div><a class="btn p" href="${url}" target="_blank" rel="noopener">Continue in QRY</a></section>`

function contentsHtml(snapshot: Snapshot, isContinued: boolean): Html {
  const hasFiles = snapshot.files.length > 0
  const cut = (text: string): string => (text.length > 70 ? `${text.slice(0, 69).trimEnd()}…` : text)
  return html`<nav class="toc noprint" aria-label="On this page"><h2 class="meta">Questions</h2><ol>${snapshot.turns.map(
    (turn) => html`<li><a href="#n${turn.number}"><span class="mono">${turn.number}</span>${cut(turn.question)}</a></li>`,
  )}</ol>${(hasFiles || isContinued) && html`<h2 class="meta">With this page</h2><ol>${hasFiles && html`<li><a href="#files">${formatPlural(snapshot.files.length, 'file')}</a></li>`}${isContinued && html`<li><a href="#cont">Continue with the data</a></li>`}</ol>`}</nav>`
}

/** The one 404 of the public door: the same bytes whatever the reason. */
export function gonePageHtml(style: PageStyle): string {
  return documentHtml({
    title: 'Nothing here',
    style,
    name: 'gone',
    body: html`<main class="one"><div class="brk" aria-hidden="true"><i></i><i></i></div><h1>There is nothing at this address</h1><p>Check that the link is complete. If it is, ask the person who sent it for a new one.</p><p class="meta mono">404</p></main><footer class="ftr">${mark}</footer>`,
  })
}

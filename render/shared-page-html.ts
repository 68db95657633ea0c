import type { Snapshot, SnapshotFile } from '../contract/snapshot.ts'
import { formatBytes, formatInstant, formatPlural } from './format-cell.ts'
import { type Html, html, raw } from './html.ts'
import { icons, mark } from './icons.ts'
import { shortDigest, turnHtml } from './turn-html.ts'

export interface PageAssets {
  /** The public page's style sheet, put into the page as one `<style>`; its bytes are what a policy may name by hash. */
  readonly css: string
  /** Address of the module that makes tables and charts work. */
  readonly script: string
  /** Addresses of fonts to fetch early. */
  readonly fonts?: readonly string[]
}

export interface SharedPage {
  readonly snapshot: Snapshot
  readonly snapshotDigest: string
  /** `/shared/<token>`, without a slash at the end. */
  readonly basePath: string
  /** The SVG file of a digest, or nothing when it is not at hand. */
  pictures(digest: string): string | undefined
  /** Other versions of the page, newest first, when readers may step to them. */
  readonly versions?: {
    readonly count: number
    readonly list: readonly { readonly version: number; readonly frozenAt: string; readonly path: string }[]
  }
  readonly assets: PageAssets
}

/** What stands in `<style>`: exactly these bytes, for hashing. */
export const inlineCss = (css: string): string => css.replace(/<\//g, '<\\/')

/** What stands in every public page's head. */
export const headHtml = (
  title: string,
  assets: { readonly css: string; readonly script?: string; readonly fonts?: readonly string[] },
): Html =>
  html`<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow,noarchive"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${title}</title>${(
    assets.fonts ?? []
  ).map(
    (font) => html`<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`,
  )}<style>${raw(inlineCss(assets.css))}</style>${assets.script !== undefined && html`<script type="module" src="${assets.script}"></script>`}`

/** The public page, whole. A pure function of the snapshot: what is not in it cannot be in the page. */
export function sharedPageHtml(page: SharedPage): string {
  const { snapshot, basePath } = page
  const tables = new Map(snapshot.turns.flatMap((turn) => turn.tables.map((table) => [table.id, table] as const)))
  const tablePath = (id: string): string => `${basePath}/tables/${encodeURIComponent(id)}`
  const turns = snapshot.turns.map((turn, place) =>
    turnHtml(turn, {
      showsSteps: snapshot.showsSteps,
      isLast: place === snapshot.turns.length - 1,
      tables,
      picture: page.pictures,
      csvUrl: (id) => (snapshot.downloads ? `${tablePath(id)}.csv` : undefined),
      dataUrl: (id) => `${tablePath(id)}.columns`,
      pageUrl: (id) => `${tablePath(id)}.json`,
    }),
  )
  const frozen = formatInstant(snapshot.frozenAt)
  const body = html`<header class="pub"><a class="skip" href="#main">Skip to the content</a><div class="in"><span class="org">${snapshot.by}</span><span class="push meta num">${versionsHtml(page)}</span></div></header><main id="main" class="wrap"><div class="ttl"><p class="frz num">Frozen ${frozen}</p><h1>${snapshot.title}</h1><p>${introText(snapshot)}</p></div><div class="doc">${turns}<p class="freeze"><span>End of version ${snapshot.shareVersion}. Later questions are not on this page.</span></p>${filesHtml(snapshot, basePath)}</div>${contentsHtml(snapshot)}</main><footer class="ft"><div class="in">${mark}<span>Read-only. Nothing on this page is asked of the data again.</span><span class="mono push">sha256 ${shortDigest(page.snapshotDigest)}</span></div></footer><p class="sr" role="status" aria-live="polite" id="said"></p>`
  return html`<!doctype html><html lang="en"><head>${headHtml(snapshot.cardTitle, page.assets)}<meta property="og:type" content="article"><meta property="og:title" content="${snapshot.cardTitle}"><meta property="og:description" content="A frozen, read-only page of questions and answers about data."></head><body>${body}</body></html>`
    .markup
}

/** `Version 3 of 3, 12 May 2026`, with the way to the others where readers may step back. */
function versionsHtml({ snapshot, versions }: SharedPage): Html {
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

function filesHtml(snapshot: Snapshot, basePath: string): Html | '' {
  const keptOut = snapshot.filesKeptOut
  if (snapshot.files.length === 0 && keptOut === 0) return ''
  const said =
    keptOut > 0 &&
    html`<p class="meta">${formatPlural(keptOut, 'file was', 'files were')} kept out of this page by its owner.</p>`
  const item = (file: SnapshotFile): Html => {
    const extension = /\.([A-Za-z0-9]{1,5})$/.exec(file.name)?.[1]?.toUpperCase() ?? 'FILE'
    return html`<li class="file"><span class="ext">${extension}</span><span class="grow"><span class="nm">${file.name}</span><span class="meta num">${formatBytes(file.bytes)}, as uploaded</span></span>${
      snapshot.downloads &&
      html`<a class="btn noprint" href="${basePath}/files/${encodeURIComponent(file.name)}" download aria-label="Download ${file.name}">${icons.download}Download</a>`
    }</li>`
  }
  return html`<section aria-labelledby="fh" id="files"><h2 class="hm" id="fh">Files</h2>${snapshot.files.length > 0 && html`<ul>${snapshot.files.map(item)}</ul>`}${said}</section>`
}

function contentsHtml(snapshot: Snapshot): Html {
  const cut = (text: string): string => (text.length > 70 ? `${text.slice(0, 69).trimEnd()}…` : text)
  return html`<nav class="toc noprint" aria-label="On this page"><h2 class="meta">Questions</h2><ol>${snapshot.turns.map(
    (turn) => html`<li><a href="#n${turn.number}"><span class="mono">${turn.number}</span>${cut(turn.question)}</a></li>`,
  )}</ol>${snapshot.files.length > 0 && html`<h2 class="meta">With this page</h2><ol><li><a href="#files">${formatPlural(snapshot.files.length, 'file')}</a></li></ol>`}</nav>`
}

/** The one 404 of the public door: the same bytes whatever the reason. */
export function gonePageHtml(assets: { readonly css: string }): string {
  return html`<!doctype html><html lang="en"><head>${headHtml('Nothing here', assets)}</head><body class="gone"><main class="one"><div class="brk" aria-hidden="true"><i></i><i></i></div><h1>There is nothing at this address</h1><p>Check that the link is complete. If it is, ask the person who sent it for a new one.</p><p class="meta mono">404</p></main><footer class="ftr">${mark}</footer></body></html>`
    .markup
}

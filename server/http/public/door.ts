import type { IncomingMessage } from 'node:http'
import { cardSvg } from '../../../render/card-svg.ts'
import { embedFonts } from '../../../render/embed-fonts.ts'
import { gonePageHtml, inlineScript, inlineSheets, offlinePageHtml, sharedPageHtml } from '../../../render/shared-page-html.ts'
import type { Pictures } from '../../pictures/pictures.ts'
import { encodeBody } from '../../sharing/encoded-body.ts'
import type { RenderOffline, RenderPage } from '../../sharing/open-share.ts'
import type { Sharing } from '../../sharing/sharing.ts'
import { contentSecurityPolicy, type OfflineAssets, offlinePolicy, readOfflineAssets, readPageAssets } from './assets.ts'
import { createLockDoor } from './lock-door.ts'
import { createRequestHandler, type PublicDoor, type RequestHandlerDependencies } from './request-handler.ts'

export interface PublicDoorDependencies
  extends Pick<RequestHandlerDependencies, 'trustProxy' | 'slugOfHost' | 'previewOf' | 'report'> {
  readonly sharing: Pick<Sharing, 'open'>
  /** The folder of the browser build. */
  readonly webDir: string
  /** The public origin, when it is set. */
  readonly origin?: string | undefined
  readonly pictures: Pick<Pictures, 'draw'>
  /** Milliseconds that never go back. */
  readonly monotonicMs?: () => number
}

/** The strangers' door with the real page. Throws `unavailable` when the browser files are not built. */
export async function createPublicDoor({
  sharing,
  webDir,
  origin,
  pictures: drawing,
  trustProxy,
  slugOfHost,
  previewOf,
  report,
  monotonicMs = () => performance.now(),
}: PublicDoorDependencies): Promise<PublicDoor> {
  const assets = await readPageAssets(webDir)
  // NOTE: with several tenants each has an origin of its own, and a page knows only its path.
  const cardOrigin = slugOfHost ? '' : (origin ?? '')
  const renderPage: RenderPage = ({ pictures, ...page }) =>
    sharedPageHtml({ ...page, pictures: (digest) => pictures.get(digest), assets, cardOrigin })
  const policy = contentSecurityPolicy(inlineSheets(assets))
  const isSecure = (request: IncomingMessage): boolean =>
    origin?.startsWith('https:') || (trustProxy && request.headers['x-forwarded-proto'] === 'https')
  let offlineAssets: OfflineAssets | undefined
  const renderOffline: RenderOffline = async ({ pictures, ...page }) => {
    offlineAssets ??= await readOfflineAssets(webDir, assets.fonts)
    const { script, fonts } = offlineAssets
    const style = {
      title: assets.title,
      css: assets.css,
      fonts: embedFonts(assets.fonts, JSON.stringify(page.snapshot), (url) => fonts.get(url)),
    }
    const rules = offlinePolicy(inlineSheets(style), inlineScript(script))
    return offlinePageHtml({ ...page, pictures: (digest) => pictures.get(digest), style, script, policy: rules })
  }
  return createRequestHandler({
    open: sharing.open,
    lockDoor: createLockDoor({ open: sharing.open, style: assets, contentSecurityPolicy: policy, isSecure }),
    renderPage,
    renderOffline,
    renderCard: ({ snapshot, picture }) => drawing.draw((look) => cardSvg(snapshot, picture, look)),
    gonePage: await encodeBody(gonePageHtml(assets), 'text/html; charset=utf-8', 'best'),
    contentSecurityPolicy: policy,
    trustProxy,
    ...(slugOfHost ? { slugOfHost } : {}),
    ...(previewOf ? { previewOf } : {}),
    monotonicMs,
    report,
  })
}

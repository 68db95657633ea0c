import { embedFonts } from '../../../render/embed-fonts.ts'
import { gonePageHtml, inlineCss, inlineScript, offlinePageHtml, sharedPageHtml } from '../../../render/shared-page-html.ts'
import { encodeBody } from '../../sharing/encoded-body.ts'
import type { RenderOffline, RenderPage } from '../../sharing/open-share.ts'
import type { Sharing } from '../../sharing/sharing.ts'
import { contentSecurityPolicy, type OfflineAssets, offlinePolicy, readOfflineAssets, readPageAssets } from './assets.ts'
import { createRequestHandler, type PublicDoor, type RequestHandlerDependencies } from './request-handler.ts'

export interface PublicDoorDependencies extends Pick<RequestHandlerDependencies, 'trustProxy' | 'slugOfHost' | 'report'> {
  readonly sharing: Pick<Sharing, 'open'>
  /** The folder of the browser build. */
  readonly webDir: string
  /** Milliseconds that never go back. */
  readonly monotonicMs?: () => number
}

/** The strangers' door with the real page. Throws `unavailable` when the browser files are not built. */
export async function createPublicDoor({
  sharing,
  webDir,
  trustProxy,
  slugOfHost,
  report,
  monotonicMs = () => performance.now(),
}: PublicDoorDependencies): Promise<PublicDoor> {
  const assets = await readPageAssets(webDir)
  const renderPage: RenderPage = ({ pictures, ...page }) =>
    sharedPageHtml({ ...page, pictures: (digest) => pictures.get(digest), assets })
  let offlineAssets: OfflineAssets | undefined
  const renderOffline: RenderOffline = async ({ pictures, ...page }) => {
    offlineAssets ??= await readOfflineAssets(webDir, assets.css)
    const { script, fonts } = offlineAssets
    const css = embedFonts(assets.css, JSON.stringify(page.snapshot), (url) => fonts.get(url))
    const policy = offlinePolicy(inlineCss(css), inlineScript(script))
    return offlinePageHtml({ ...page, pictures: (digest) => pictures.get(digest), css, script, policy })
  }
  return createRequestHandler({
    open: sharing.open,
    renderPage,
    renderOffline,
    gonePage: await encodeBody(gonePageHtml(assets), 'text/html; charset=utf-8', 'best'),
    contentSecurityPolicy: contentSecurityPolicy(inlineCss(assets.css)),
    trustProxy,
    ...(slugOfHost ? { slugOfHost } : {}),
    monotonicMs,
    report,
  })
}

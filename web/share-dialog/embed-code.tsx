import { useId } from 'react'
import type { ShareState } from '../../contract/share.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { listed } from '../controls/format-text.ts'

interface EmbedCodeProps {
  readonly share: Extract<ShareState, { visibility: 'public' }>
  readonly title: string
}

/** What shows the page within another one; offered where the organisation names the origins that may. */
export function EmbedCode({ share, title }: EmbedCodeProps) {
  const id = useId()
  const { embedOrigins, policy, url } = share
  if (embedOrigins.length === 0) return null
  const code = `<iframe src="${escaped(url)}" title="${escaped(title)}" width="100%" height="800" loading="lazy" style="border:0"></iframe>`
  return (
    <details className="fold embed">
      <summary>
        <span>Embed in a page</span>
        <span className="meta push">{embedOrigins.length === 1 ? '1 origin' : `${embedOrigins.length} origins`}</span>
      </summary>
      <div>
        {policy.hasPassword ? (
          <p className="meta">A page with a password is not shown in frames: browsers keep its key from them.</p>
        ) : (
          <>
            <label className="sr" htmlFor={id}>
              Embed code
            </label>
            <textarea id={id} className="field mono" readOnly rows={4} value={code} onFocus={(event) => event.target.select()} />
            <CopyButton text={code} label="Copy code" />
            <p className="meta">Works on pages of {listed(embedOrigins)}; others are refused by the browser.</p>
          </>
        )}
      </div>
    </details>
  )
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

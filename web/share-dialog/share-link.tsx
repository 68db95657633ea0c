import { useId, useRef } from 'react'
import type { ShareState } from '../../contract/share.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { QrCode } from '../controls/qr-code.tsx'

type PublicShare = Extract<ShareState, { visibility: 'public' }>

/** The address to hand on, as text and as a picture to photograph. */
export function ShareLink({ share, isNew }: { readonly share: PublicShare; readonly isNew: boolean }) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <div className="link">
        <label className="sr" htmlFor={id}>
          Public link
        </label>
        <input
          ref={field}
          id={id}
          className="field"
          readOnly
          autoFocus={isNew}
          value={share.url}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={share.url} onFail={() => field.current?.select()} />
      </div>
      <div className="qrb">
        <QrCode text={share.url} />
        <div>
          <a className="btn" href={share.url} target="_blank" rel="noreferrer">
            <Icon name="eye" />
            See as a reader
          </a>
          <p className="meta">
            Version {share.version}, frozen {formatMoment(share.sharedAt)}. The address stays the same with every update.
          </p>
        </div>
      </div>
    </>
  )
}

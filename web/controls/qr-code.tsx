import { useEffect, useState } from 'react'
import { qrPath } from './qr-path.ts'

/** The QR code of an address, drawn as a path. The drawing code is loaded when the first one is shown. */
export function QrCode({ text, label = 'QR code of the link' }: { readonly text: string; readonly label?: string }) {
  const [drawing, setDrawing] = useState<{ size: number; path: string }>()
  useEffect(() => {
    let isWanted = true
    void import('qrcode').then(({ create }) => {
      const { modules } = create(text, { errorCorrectionLevel: 'M' })
      if (isWanted) setDrawing({ size: modules.size, path: qrPath(modules.size, (x, y) => modules.get(y, x) === 1) })
    })
    return () => {
      isWanted = false
    }
  }, [text])
  if (!drawing) return <span className="qr" />
  const { size, path } = drawing
  return (
    <span className="qr">
      <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
        <path className="qr-ink" d={path} />
      </svg>
    </span>
  )
}

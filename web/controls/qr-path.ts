/** A QR code as one SVG path of horizontal runs, for a stroke of width 1. `dark(x, y)` says whether a module is dark. */
export function qrPath(size: number, dark: (x: number, y: number) => boolean): string {
  let path = ''
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (!dark(x, y)) continue
      const from = x
      while (x < size && dark(x, y)) x += 1
      path += `M${from} ${y}.5h${x - from}`
    }
  }
  return path
}

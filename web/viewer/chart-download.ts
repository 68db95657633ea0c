import type { ChartSpec } from '../../contract/chart.ts'
import type { ChartData } from '../../render/chart-data.ts'
import { chartSvg } from '../../render/chart-svg.ts'
import { fillPicture } from '../../render/fill-picture.ts'
import { say } from './say.ts'

export interface ShownChart {
  readonly root: HTMLElement
  readonly spec: ChartSpec
  readonly data: ChartData
  readonly hidden: ReadonlySet<string>
  /** What is on the canvas just now, as an address; without it the picture is drawn anew. */
  readonly png?: () => string
}

const PNG_SCALE = 2

/** A menu under the download button: the chart as PNG or as SVG, its colours filled in. */
export function offerPictures(chart: ShownChart): void {
  const opener = chart.root.querySelector<HTMLElement>('[data-do=download]')
  if (!opener) return
  const menu = document.createElement('div')
  menu.className = 'menu picmenu'
  menu.popover = 'auto'
  menu.setAttribute('role', 'menu')
  menu.setAttribute('aria-label', opener.getAttribute('aria-label') ?? 'Download')
  const entry = (label: string, act: () => Promise<void> | void): HTMLButtonElement => {
    const button = document.createElement('button')
    button.type = 'button'
    button.setAttribute('role', 'menuitem')
    button.textContent = label
    button.onclick = () => {
      menu.hidePopover()
      Promise.resolve(act()).catch(() => say('The picture could not be made.'))
    }
    return button
  }
  const entries = [entry('PNG picture', () => savePng(chart)), entry('SVG drawing', () => saveSvg(chart))]
  menu.append(...entries)
  menu.onkeydown = (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const at = entries.findIndex((one) => one === document.activeElement)
    entries[(at + 1) % entries.length]?.focus()
  }
  chart.root.append(menu)
  menu.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return
    menu.remove()
    opener.focus()
  })
  menu.showPopover()
  const at = opener.getBoundingClientRect()
  menu.style.left = `${Math.max(8, Math.min(at.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`
  menu.style.top = `${Math.min(at.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`
  entries[0]?.focus()
}

function drawing({ root, spec, data, hidden }: ShownChart): string {
  const style = getComputedStyle(root)
  const look = { color: (name: string) => style.getPropertyValue(name).trim(), font: style.fontFamily }
  return fillPicture(chartSvg(spec, data, 'wide', hidden), look, hidden)
}

function saveSvg(chart: ShownChart): void {
  const address = URL.createObjectURL(new Blob([drawing(chart)], { type: 'image/svg+xml' }))
  save(chart.root, address, 'svg')
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

async function savePng(chart: ShownChart): Promise<void> {
  if (chart.png) return save(chart.root, chart.png(), 'png')
  const picture = new Image()
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing(chart))}`
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = picture.width * PNG_SCALE
  canvas.height = picture.height * PNG_SCALE
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  save(chart.root, canvas.toDataURL('image/png'), 'png')
}

function save(root: HTMLElement, address: string, ending: string): void {
  const link = document.createElement('a')
  link.href = address
  const title = root.querySelector('h3')?.textContent ?? 'chart'
  link.download = `${title.replace(/[^\p{L}\p{N} _-]+/gu, '_').slice(0, 80)}.${ending}`
  link.click()
}

import type { Usage } from '../../contract/tenant.ts'
import { counted, formatDay } from '../controls/format-text.ts'

const DAYS = 30
const WIDTH = 600
const HEIGHT = 72
const dayMs = 86_400_000

/** Questions a day, the last 30 days: a bar each, with its day and number on it. */
export function DailyBars({ days }: { readonly days: Usage['questions'] }) {
  const counts = new Map(days.map(({ day, count }) => [day, count]))
  const last = Math.max(Date.now(), ...days.map(({ day }) => Date.parse(day)))
  const shown = Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(last - (DAYS - 1 - index) * dayMs).toISOString().slice(0, 10)
    return { day, count: counts.get(day) ?? 0 }
  })
  const most = Math.max(1, ...shown.map(({ count }) => count))
  const step = WIDTH / DAYS
  return (
    <svg
      className="daily"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 1}`}
      role="img"
      aria-label={`Questions a day, at most ${counted(most, 'question')} on one day`}
    >
      <path className="daily-zero" d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} />
      {shown.map(({ day, count }, index) => {
        const height = (count / most) * (HEIGHT - 4)
        return (
          <rect key={day} x={index * step + 2} y={HEIGHT - height} width={step - 4} height={height}>
            <title>{`${formatDay(day)}: ${counted(count, 'question')}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

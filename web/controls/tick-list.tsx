export interface Tickable {
  readonly id: string
  readonly name: string
  readonly more?: string | undefined
}

interface TickListProps {
  readonly legend: string
  /** The legend is said aloud only: what stands above says it already. */
  readonly isLegendHidden?: boolean
  readonly items: readonly Tickable[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: string[]) => void
}

/** Some of many, each with its box. */
export function TickList({ legend, isLegendHidden = false, items, chosen, onChange }: TickListProps) {
  return (
    <fieldset className="ticks scrolls">
      <legend className={isLegendHidden ? 'sr' : 'l'}>{legend}</legend>
      {items.map(({ id, name, more }) => (
        <label key={id}>
          <input
            type="checkbox"
            className="c"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
          <span>
            {name}
            {more && <span className="meta">{more}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** Colours of the page around a figure. `scheme` is its `color-scheme`: a frame of another one would not be see-through. */
export interface FigureLook {
  readonly ink: string
  readonly meta: string
  readonly rule: string
  readonly sheet: string
  readonly scheme: string
}

/** The page's own fonts are not to be had without a network. */
export const FONT = 'system-ui, sans-serif'

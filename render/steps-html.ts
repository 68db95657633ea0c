import { codeHtml } from './code-html.ts'
import { formatDuration, formatPlural } from './format-cell.ts'
import { type Html, html } from './html.ts'
import { icons } from './icons.ts'

export interface StepView {
  readonly kind: 'catalog' | 'query' | 'chart' | 'python' | 'thought'
  readonly title: string
  readonly input: string
  readonly rowCount?: number | undefined
  readonly text?: string | undefined
  readonly error?: { readonly message: string } | undefined
  readonly durationMs?: number | undefined
}

const languages = { catalog: '', query: 'sql', chart: 'json', python: 'python', thought: '' } as const

/** What a turn did, folded away: each step with its statement, rows, time and outcome. Nothing when there was no step. */
export function stepsHtml(steps: readonly StepView[]): Html | '' {
  if (steps.length === 0) return ''
  const total = steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0)
  const isTimed = steps.some((step) => step.durationMs !== undefined)
  return html`<details class="fold steps"><summary>${icons.fold}<span>Processing details</span><span class="meta num push">${formatPlural(steps.length, 'step')}${isTimed && ` · ${formatDuration(total)}`}</span></summary><div>${steps.map(stepHtml)}</div></details>`
}

function stepHtml(step: StepView): Html {
  const facts = [
    step.rowCount === undefined ? '' : formatPlural(step.rowCount, 'row'),
    step.durationMs === undefined ? '' : formatDuration(step.durationMs),
  ]
  return html`<div class="step"><span>${step.title}</span><span class="meta num">${facts.filter((fact) => fact !== '').join(' · ')}</span></div>${
    step.input !== '' && html`<pre tabindex="0"><code>${codeHtml(step.input, languages[step.kind])}</code></pre>`
  }${step.text !== undefined && step.text !== '' && html`<pre tabindex="0" class="out"><code>${step.text}</code></pre>`}${
    step.error && html`<p class="note bad"><span class="grow">${step.error.message}</span></p>`
  }`
}

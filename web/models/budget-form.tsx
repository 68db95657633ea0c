import { type FormEvent, useState } from 'react'
import type { ModelBudget } from '../../contract/model.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useModelChanges } from '../client/model-queries.ts'
import { formatCount } from '../controls/format-text.ts'
import { TextField } from '../controls/text-field.tsx'
import { useToast } from '../controls/toast.tsx'

const written = (limit: number | null): string => (limit === null ? '' : String(limit))
const read = (text: string): number | null => (text.trim() === '' ? null : Number(text.replaceAll(/[\s,]/g, '')))

/** How many tokens a question and a day may take, all models together. */
export function BudgetForm({ budget }: { readonly budget: ModelBudget & { readonly usedToday: number } }) {
  const [perTurn, setPerTurn] = useState(written(budget.tokensPerTurn))
  const [perDay, setPerDay] = useState(written(budget.tokensPerDay))
  const { changeBudget } = useModelChanges()
  const toast = useToast()
  const limits = { tokensPerTurn: read(perTurn), tokensPerDay: read(perDay) }
  const isWrong = Object.values(limits).some((limit) => limit !== null && !(Number.isSafeInteger(limit) && limit > 0))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isWrong) changeBudget.mutate(limits, { onSuccess: () => toast({ text: 'The limits are kept.' }) })
  }
  return (
    <section aria-labelledby="budget" className="budget">
      <h2 id="budget" className="qh">
        What they may use
      </h2>
      <p className="dim">
        Today all models together took <span className="num">{formatCount(budget.usedToday)}</span> tokens. A day begins at
        midnight UTC.
      </p>
      <form onSubmit={submit} noValidate>
        <div className="pair">
          <TextField
            label="Tokens for one question"
            inputMode="numeric"
            placeholder="No limit"
            value={perTurn}
            onChange={(event) => setPerTurn(event.target.value)}
          />
          <TextField
            label="Tokens for one day"
            inputMode="numeric"
            placeholder="No limit"
            value={perDay}
            onChange={(event) => setPerDay(event.target.value)}
          />
        </div>
        {isWrong && (
          <p className="wrong" role="alert">
            Write whole numbers, or nothing for no limit.
          </p>
        )}
        {changeBudget.error && (
          <p className="wrong" role="alert">
            {sentenceOf(changeBudget.error)}
          </p>
        )}
        <button type="submit" className="btn" disabled={isWrong || changeBudget.isPending}>
          Save limits
        </button>
      </form>
    </section>
  )
}

import { DropdownMenu } from 'radix-ui'
import { Link } from 'wouter'
import type { Turn } from '../../contract/turn.ts'
import { useModels } from '../client/model-queries.ts'
import { Icon } from '../controls/icon.tsx'

/** Who is asked next: the basic analyst, or a model. */
export interface ChosenAnalyst {
  readonly analyst: 'basic' | 'model'
  readonly modelId?: string
}

const BASIC = 'basic'

/** The analyst that a conversation asked last; a choice made since then wins. */
export function lastAnalyst(turns: readonly Turn[]): ChosenAnalyst {
  const turn = turns.findLast(({ analyst }) => analyst !== 'hand')
  if (turn?.analyst !== 'model') return { analyst: 'basic' }
  return { analyst: 'model', ...(turn.modelId ? { modelId: turn.modelId } : {}) }
}

export function AnalystPicker({
  chosen,
  onChoose,
}: {
  readonly chosen: ChosenAnalyst
  readonly onChoose: (chosen: ChosenAnalyst) => void
}) {
  const models = useModels().data?.items ?? []
  const value = chosen.analyst === 'basic' ? BASIC : (chosen.modelId ?? models[0]?.id ?? '')
  const label = value === BASIC ? 'Basic analyst' : (models.find(({ id }) => id === value)?.name ?? 'A model that is gone')
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn q analyst-picker" aria-label={`Analyst: ${label}`}>
        <span className="cut">{label}</span>
        <Icon name="down" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="start" side="top" sideOffset={6}>
        <DropdownMenu.RadioGroup
          value={value}
          onValueChange={(id) => onChoose(id === BASIC ? { analyst: 'basic' } : { analyst: 'model', modelId: id })}
        >
          <Choice value={BASIC} name="Basic analyst" hint="fixed rules, no AI" />
          {models.map(({ id, name, state }) => (
            <Choice key={id} value={id} name={name} hint={state && !state.ok ? 'did not answer last time' : 'model'} />
          ))}
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Separator className="line" />
        <DropdownMenu.Item className="item" asChild>
          <Link href="/models">{models.length > 0 ? 'All models' : 'Connect a model'}</Link>
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

function Choice({ value, name, hint }: { readonly value: string; readonly name: string; readonly hint: string }) {
  return (
    <DropdownMenu.RadioItem value={value} className="item">
      <span className="cut grow">
        {name} <span className="meta">{hint}</span>
      </span>
      <DropdownMenu.ItemIndicator className="push">
        <Icon name="check" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  )
}

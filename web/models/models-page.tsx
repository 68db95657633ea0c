import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { LocalModelServer, Model } from '../../contract/model.ts'
import type { Me } from '../../contract/person.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useLocalModels, useModelBudget, useModelChanges, useModels } from '../client/model-queries.ts'
import { Icon } from '../controls/icon.tsx'
import { ListPage } from '../controls/list-page.tsx'
import { useToast } from '../controls/toast.tsx'
import { BudgetForm } from './budget-form.tsx'
import { providerName } from './provider-names.ts'
import './models.css'

/** The tenant's models: which there are, which is asked first, and what they may use. */
export function ModelsPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const mayManage = me.permissions.includes('models:manage')
  const models = useModels()
  const local = useLocalModels(mayManage).data?.items ?? []
  const budget = useModelBudget(mayManage).data
  const items = models.data?.items
  const offered = local.filter(({ baseUrl }) => !items?.some(({ config }) => config?.baseUrl?.startsWith(baseUrl)))
  return (
    <ListPage
      title="Models"
      start={start}
      place="models"
      list={models}
      action={
        mayManage && (
          <Link className="btn p" href="/models/new">
            <Icon name="plus" />
            Connect a model
          </Link>
        )
      }
      empty={{
        title: 'No model is connected',
        text: `The basic analyst answers by fixed rules and needs none. ${
          mayManage
            ? 'A language model reads freer questions. What it is sent: the question, names and sample values of the tables, and the first rows of results.'
            : 'An admin can connect a language model for freer questions.'
        }`,
      }}
      before={offered.map((server) => <FoundServer key={server.baseUrl} server={server} />)}
      after={mayManage && budget && <BudgetForm budget={budget} />}
    >
      {(model) => <ModelEntry key={model.id} model={model} mayManage={mayManage} />}
    </ListPage>
  )
}

function FoundServer({ server: { name, baseUrl, models } }: { readonly server: LocalModelServer }) {
  const [model = ''] = models
  const query = new URLSearchParams({ provider: 'openai-compatible', baseUrl, model, name: model || name })
  return (
    <div className="note info">
      <span className="grow">
        <b>{name}</b> runs on this machine{models.length > 0 && `, with ${models.slice(0, 3).join(', ')}`}
        {models.length > 3 && ` and ${models.length - 3} more`}. It is not used until you connect it.
      </span>
      <Link className="btn" href={`/models/new?${query.toString()}`}>
        Connect it
      </Link>
    </div>
  )
}

function ModelEntry({ model, mayManage }: { readonly model: Model; readonly mayManage: boolean }) {
  const { id, name, isDefault, config, state } = model
  const { makeDefault, test, remove } = useModelChanges()
  const [, navigate] = useLocation()
  const toast = useToast()
  const onError = (error: unknown) => toast({ text: sentenceOf(error) })
  return (
    <li className="entry-line">
      <Icon name="talk" />
      <span className="grow">
        <b className="cut">{name}</b>
        {config && (
          <span className="meta cut">
            {providerName(config.provider)} · {config.model}
          </span>
        )}
      </span>
      {test.isPending && <span className="meta">Testing</span>}
      {state && !state.ok && !test.isPending && (
        <span className="tag bad" title={state.message}>
          Not answering
        </span>
      )}
      {isDefault && <span className="tag">Asked first</span>}
      {mayManage && (
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger className="btn q icon" aria-label={`More about ${name}`}>
            <Icon name="dots" />
          </DropdownMenu.Trigger>
          <DropdownMenu.Content className="menu" align="end" sideOffset={6}>
            <DropdownMenu.Item className="item" onSelect={() => navigate(`/models/${id}/edit`)}>
              Change
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="item"
              onSelect={() =>
                test.mutate(id, { onError, onSuccess: ({ ok, message }) => toast({ text: ok ? `${name} answered.` : message }) })
              }
            >
              Test
            </DropdownMenu.Item>
            {!isDefault && (
              <DropdownMenu.Item className="item" onSelect={() => makeDefault.mutate(id, { onError })}>
                Ask this one first
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Separator className="line" />
            <DropdownMenu.Item
              className="item"
              onSelect={() =>
                remove.mutate(id, { onError, onSuccess: () => toast({ text: `${name} and its key are forgotten.` }) })
              }
            >
              Forget this model and its key
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Root>
      )}
    </li>
  )
}

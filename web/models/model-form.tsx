import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import { type Model, type ModelConfig, ProviderKind } from '../../contract/model.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useModelChanges, useModels } from '../client/model-queries.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { TextField } from '../controls/text-field.tsx'
import { ModelStateNote } from './model-state.tsx'
import { type OfferedProvider, offeredProviders } from './provider-names.ts'
import './models.css'

const findOffered = (provider: string | null | undefined) => offeredProviders.find((offered) => offered.provider === provider)

/** Connects a model: provider, form, test, save. What was found on this machine comes filled in. */
export function NewModelPage({ start }: { readonly start: ReactNode }) {
  const said = new URLSearchParams(useSearch())
  const [offered, setOffered] = useState(findOffered(said.get('provider')))
  useEffect(() => {
    document.title = 'Connect a model · QRY'
  }, [])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">Connect a model</h1>
      </header>
      <main id="main" className="models narrow">
        {offered ? (
          <ConnectionForm
            offered={offered}
            given={{ name: said.get('name') ?? '', model: said.get('model') ?? '', baseUrl: said.get('baseUrl') ?? '' }}
            onBack={() => setOffered(undefined)}
          />
        ) : (
          <section aria-labelledby="providers">
            <h2 id="providers" className="qh">
              Who answers?
            </h2>
            <p className="dim">
              It is sent the question, names and sample values of the tables, and the first rows of results. It never gets a
              password, and it can only read.
            </p>
            <ul className="kind-list">
              {offeredProviders.map((one) => (
                <li key={one.provider}>
                  <button type="button" onClick={() => setOffered(one)}>
                    <b>{one.name}</b>
                    <span className="meta">{one.hint}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </>
  )
}

export function ChangeModelPage({ id, start }: { readonly id: string; readonly start: ReactNode }) {
  const models = useModels()
  const model = models.data?.items.find((one) => one.id === id)
  const offered = findOffered(model?.config?.provider)
  useEffect(() => {
    document.title = `${model?.name ?? 'Model'} · QRY`
  }, [model?.name])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{model ? `Change ${model.name}` : 'Model'}</h1>
      </header>
      <main id="main" className="models narrow">
        {models.isPending && <Skeleton lines={5} label="Loading the model" />}
        {models.data && !(model && offered) && <p className="dim">There is no such model, or it is not yours to change.</p>}
        {model && offered && (
          <ConnectionForm
            offered={offered}
            model={model}
            given={{ name: model.name, model: model.config?.model ?? '', baseUrl: model.config?.baseUrl ?? '' }}
          />
        )}
      </main>
    </>
  )
}

interface FormProps {
  readonly offered: OfferedProvider
  readonly model?: Model
  readonly given: { readonly name: string; readonly model: string; readonly baseUrl: string }
  readonly onBack?: () => void
}

function ConnectionForm({ offered, model, given, onBack }: FormProps) {
  const price = model?.config?.price
  const [fields, setFields] = useState({
    ...given,
    key: '',
    input: price ? String(price.input) : '',
    output: price ? String(price.output) : '',
  })
  const [, navigate] = useLocation()
  const isFirst = new URLSearchParams(useSearch()).get('then') === 'welcome'
  const { refresh } = useModelChanges()
  const isOwn = offered.provider === ProviderKind.enum['openai-compatible']
  const field = (key: keyof typeof fields) => ({
    value: fields[key],
    onChange: (event: { target: { value: string } }) => setFields((now) => ({ ...now, [key]: event.target.value })),
  })
  const said = (): ModelConfig => ({
    provider: offered.provider,
    model: fields.model.trim(),
    ...(fields.baseUrl.trim() ? { baseUrl: fields.baseUrl.trim() } : {}),
    ...(fields.key ? { key: fields.key } : {}),
    ...(fields.input.trim() && fields.output.trim()
      ? { price: { input: Number(fields.input), output: Number(fields.output) } }
      : {}),
  })
  const test = useMutation({
    mutationFn: () => call(endpoints.tryModel, { body: { config: said(), ...(model ? { modelId: model.id } : {}) } }),
  })
  const save = useMutation({
    mutationFn: () => {
      const name = fields.name.trim() || fields.model.trim()
      return model
        ? call(endpoints.changeModel, { params: { id: model.id }, body: { name, config: said() } })
        : call(endpoints.createModel, { body: { name, config: said() } })
    },
    onSuccess: () => {
      void refresh()
      navigate(isFirst ? '/welcome?model=1' : '/models')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate()
  }
  const isBusy = save.isPending || test.isPending
  const error = save.error ?? test.error
  return (
    <form className="model-form" aria-label={offered.name} onSubmit={submit} noValidate>
      <TextField
        label="Model"
        hint={isOwn ? 'As the server names it.' : `As ${offered.name} names it, like ${offered.example}.`}
        spellCheck={false}
        autoCapitalize="none"
        {...field('model')}
      />
      <TextField label="Name" placeholder={fields.model} maxLength={100} hint="What people see." {...field('name')} />
      {isOwn && (
        <TextField
          label="Address"
          placeholder="http://localhost:11434/v1"
          spellCheck={false}
          autoCapitalize="none"
          {...field('baseUrl')}
        />
      )}
      <TextField
        label={isOwn ? 'Key, when the server wants one' : 'Key'}
        type="password"
        autoComplete="new-password"
        hint={model?.config?.hasKey ? 'Left empty, the kept one stays.' : 'Kept encrypted. It never comes back.'}
        {...field('key')}
      />
      <details className="fold">
        <summary>More</summary>
        <div>
          {!isOwn && (
            <TextField
              label="Address"
              placeholder="The provider’s own"
              hint="For a proxy of yours."
              spellCheck={false}
              autoCapitalize="none"
              {...field('baseUrl')}
            />
          )}
          <div className="pair">
            <TextField label="Price of a million tokens in" inputMode="decimal" {...field('input')} />
            <TextField label="and out" inputMode="decimal" {...field('output')} />
          </div>
          <p className="meta">With both prices, each answer says what it cost, in the currency of your bill.</p>
        </div>
      </details>
      {test.data && <ModelStateNote state={test.data} />}
      {error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(error)}</span>
        </p>
      )}
      <div className="row model-acts">
        <button type="submit" className="btn p" disabled={isBusy}>
          {save.isPending ? 'Saving' : 'Save'}
        </button>
        <button type="button" className="btn" disabled={isBusy} onClick={() => test.mutate()}>
          {test.isPending ? 'Asking it' : 'Test'}
        </button>
        {onBack ? (
          <button type="button" className="btn q" onClick={onBack}>
            Another provider
          </button>
        ) : (
          <Link className="btn q" href="/models">
            Cancel
          </Link>
        )}
      </div>
    </form>
  )
}

import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { IdentityProvider } from '../../contract/identity-provider.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useIdentityProviders } from '../client/settings-queries.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { Section, Sheet } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

type Asked = { readonly what: 'edit' | 'delete'; readonly provider: IdentityProvider | undefined }

/** Servers of others that people may sign in through. */
export function ProvidersSection({ me }: { readonly me: Me }) {
  const providers = useIdentityProviders()
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  return (
    <Section
      title="Sign-in providers"
      lead={`Let people of ${me.tenant.name} sign in through Google, Entra or any issuer of OpenID Connect.`}
      action={
        <button type="button" className="btn p" onClick={() => setAsked({ what: 'edit', provider: undefined })}>
          Add a provider…
        </button>
      }
    >
      <Loaded of={providers} label="Loading providers">
        {({ items, redirectUri }) => (
          <>
            <p className="once redirect">
              <span className="dim">Redirect address to register there</span>
              <code>{redirectUri}</code>
              <CopyButton text={redirectUri} />
            </p>
            {items.length === 0 ? (
              <p className="none dim">None yet: people sign in with e-mail and password.</p>
            ) : (
              <Sheet label="Providers" heads={['Name', 'Issuer', 'Who is new', 'From', '']}>
                {items.map((provider) => (
                  <tr key={provider.id}>
                    <td>
                      <b>{provider.name}</b>
                    </td>
                    <td>{provider.issuer}</td>
                    <td>{provider.newRole ? `becomes ${provider.newRole}` : 'stays out'}</td>
                    <td>{provider.emailDomains.join(', ') || 'any domain'}</td>
                    <td className="acts">
                      <button
                        type="button"
                        className="btn q"
                        aria-label={`Change ${provider.name}`}
                        onClick={() => setAsked({ what: 'edit', provider })}
                      >
                        Change…
                      </button>
                      <button
                        type="button"
                        className="btn q"
                        aria-label={`Remove ${provider.name}`}
                        onClick={() => setAsked({ what: 'delete', provider })}
                      >
                        Remove…
                      </button>
                    </td>
                  </tr>
                ))}
              </Sheet>
            )}
          </>
        )}
      </Loaded>
      {asked?.what === 'edit' && <ProviderDialog me={me} provider={asked.provider} onClose={close} />}
      {asked?.what === 'delete' && asked.provider && <RemoveProvider provider={asked.provider} onClose={close} />}
    </Section>
  )
}

function RemoveProvider({ provider, onClose }: { readonly provider: IdentityProvider; readonly onClose: () => void }) {
  const remove = useAct(() => call(endpoints.deleteIdentityProvider, { params: { id: provider.id } }), {
    refresh: [settingsKeys.providers],
    said: () => ({ text: `${provider.name} is removed.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={`Remove ${provider.name}?`}
      act="Remove"
      cancel="Keep it"
      isGrave
      error={refusalOf(remove.error)}
      isBusy={remove.isPending}
      onAct={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">Nobody signs in through it any more. Who has no password here asks for one by mail.</p>
    </FormDialog>
  )
}

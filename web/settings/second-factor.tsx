import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me, SecondFactorOffer } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { keys } from '../client/queries.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { QrCode } from '../controls/qr-code.tsx'
import { TextField } from '../controls/text-field.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** A code of an authenticator app beside the password: on with the first code, off with the password. */
export function SecondFactor({ me: { user } }: { readonly me: Me }) {
  const [offer, setOffer] = useState<SecondFactorOffer>()
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>()
  const [isLeaving, setIsLeaving] = useState(false)
  const begin = useAct(() => call(endpoints.offerSecondFactor, {}), { onDone: setOffer })
  if (!user.hasPassword) return <p className="dim">The server you sign in through asks for it.</p>
  return (
    <>
      <p className="dim">
        {user.hasSecondFactor
          ? 'On. Signing in asks for a code of your authenticator app as well.'
          : 'Off. With it, a stolen password alone opens nothing.'}
      </p>
      {user.hasSecondFactor ? (
        <button type="button" className="btn d" onClick={() => setIsLeaving(true)}>
          Switch off…
        </button>
      ) : (
        <button type="button" className="btn" disabled={begin.isPending} onClick={() => begin.mutate(undefined)}>
          Switch on…
        </button>
      )}
      {offer && (
        <SwitchOn
          offer={offer}
          onClose={() => setOffer(undefined)}
          onDone={(codes) => {
            setOffer(undefined)
            setRecoveryCodes(codes)
          }}
        />
      )}
      {recoveryCodes && <RecoveryCodes codes={recoveryCodes} onClose={() => setRecoveryCodes(undefined)} />}
      {isLeaving && <SwitchOff onClose={() => setIsLeaving(false)} />}
    </>
  )
}

interface SwitchOnProps {
  readonly offer: SecondFactorOffer
  readonly onClose: () => void
  readonly onDone: (recoveryCodes: readonly string[]) => void
}

function SwitchOn({ offer: { key, uri, pending }, onClose, onDone }: SwitchOnProps) {
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const switchOn = useAct(() => call(endpoints.switchSecondFactorOn, { body: { pending, code, password } }), {
    refresh: [keys.me],
    onDone: (answer) => onDone(answer.recoveryCodes),
    isForm: true,
  })
  return (
    <FormDialog
      title="Switch the second factor on"
      act="Switch on"
      error={refusalOf(switchOn.error)}
      isBusy={switchOn.isPending}
      canAct={code !== '' && password !== ''}
      onAct={() => switchOn.mutate(undefined)}
      onClose={onClose}
    >
      <div className="factor">
        <QrCode text={uri} label="QR code for your authenticator app" />
        <div>
          <p className="dim">Scan this with your authenticator app, or write the key into it.</p>
          <p className="once">
            <code>{key}</code>
            <CopyButton text={key} className="btn q" />
          </p>
        </div>
      </div>
      <TextField
        label="Code that the app shows"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.target.value.trim())}
      />
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </FormDialog>
  )
}

function RecoveryCodes({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  return (
    <FormDialog title="Keep these recovery codes" act="I have kept them" cancel="Close" onAct={onClose} onClose={onClose}>
      <p className="dim">
        The second factor is on. Each code opens the door once when your phone is gone. They are not shown again.
      </p>
      <ul className="codes mono" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyButton text={codes.join('\n')} label="Copy all" />
    </FormDialog>
  )
}

function SwitchOff({ onClose }: { readonly onClose: () => void }) {
  const [password, setPassword] = useState('')
  const switchOff = useAct(() => call(endpoints.switchSecondFactorOff, { body: { password } }), {
    refresh: [keys.me],
    said: () => ({ text: 'The second factor is off.' }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title="Switch the second factor off?"
      act="Switch off"
      cancel="Keep it"
      isGrave
      error={refusalOf(switchOff.error)}
      isBusy={switchOff.isPending}
      canAct={password !== ''}
      onAct={() => switchOff.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">Your password alone opens the door from then on. The recovery codes are dead.</p>
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </FormDialog>
  )
}

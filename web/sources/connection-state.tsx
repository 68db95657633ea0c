import type { SourceState } from '../../contract/source.ts'

/** What the last try of a connection said, and what to do about it. */
export function ConnectionState({ state }: { readonly state: SourceState }) {
  if (!state.ok)
    return (
      <p className="note bad" role="status">
        <span className="grow">
          <b>Not connected.</b> {state.message}
        </span>
      </p>
    )
  return (
    <>
      <p className="note good" role="status">
        <span className="grow">
          <b>Connected</b> to {state.server} in {state.durationMs} ms.
          {state.sshFingerprint && (
            <>
              {' '}
              The SSH server showed the key <code className="mono">{state.sshFingerprint}</code>: compare it with its own, as{' '}
              <code>ssh-keygen -lf</code> prints it there.
            </>
          )}
        </span>
      </p>
      {state.warnings.map((warning) => (
        <p key={warning} className="note">
          <span className="grow">{warning}</span>
        </p>
      ))}
    </>
  )
}

import type { ModelState } from '../../contract/model.ts'

/** What the last test call said, and what to do about it. */
export function ModelStateNote({ state }: { readonly state: ModelState }) {
  return (
    <p className={`note ${state.ok ? 'good' : 'bad'}`} role="status">
      <span className="grow">
        {state.ok ? (
          <>
            <b>It answered</b> in {state.durationMs} ms.
          </>
        ) : (
          <>
            <b>It did not answer.</b> {state.message}
          </>
        )}
      </span>
    </p>
  )
}

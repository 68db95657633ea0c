import { useMutation } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me, SetupState } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { Icon } from '../controls/icon.tsx'

/** The way into the demo, which needs no account, and to its page as strangers see it. */
export function DemoDoor({
  demo,
  onEntered,
}: {
  readonly demo: NonNullable<SetupState['demo']>
  readonly onEntered: (me: Me) => void
}) {
  const enter = useMutation({ mutationFn: () => call(endpoints.enterDemo, {}), onSuccess: onEntered })
  return (
    <section className="demo-door" aria-labelledby="demo-door">
      <h2 id="demo-door">Or look around first</h2>
      <p className="dim">
        {demo.name}: a small invented shop with two years of orders, and a conversation about them. No account needed.
      </p>
      <div className="row">
        <button type="button" className="btn" disabled={enter.isPending} onClick={() => enter.mutate()}>
          {enter.isPending ? 'Opening the demo' : 'Open the demo'}
        </button>
        {demo.sharedPath && (
          <a className="btn q" href={demo.sharedPath}>
            <Icon name="link" />
            See its shared page
          </a>
        )}
      </div>
      {enter.error && (
        <p className="wrong" role="alert">
          {sentenceOf(enter.error)}
        </p>
      )}
    </section>
  )
}

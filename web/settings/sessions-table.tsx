import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useSessions } from '../client/settings-queries.ts'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { MomentCell, Sheet } from './section.tsx'
import { useAct } from './use-act.ts'

/** Where I am signed in; each but this one can be ended from here. */
export function SessionsTable() {
  const sessions = useSessions()
  const end = useAct((id: string) => call(endpoints.endSession, { params: { id } }), {
    refresh: [settingsKeys.sessions],
    said: () => ({ text: 'Signed out there. Its next request is asked to sign in.' }),
  })
  return (
    <Loaded of={sessions} label="Loading sessions">
      {({ items }) => (
        <Sheet label="Sessions" heads={['Device', 'Signed in#', 'Last used#', '']} foot={counted(items.length, 'session')}>
          {items.map(({ id, device, isThis, createdAt, seenAt }) => (
            <tr key={id}>
              <td>{device}</td>
              <MomentCell>{formatMoment(createdAt)}</MomentCell>
              <MomentCell>{seenAt ? formatMoment(seenAt) : undefined}</MomentCell>
              <td className="acts">
                {isThis ? (
                  <span className="tag live">This one</span>
                ) : (
                  <button
                    type="button"
                    className="btn q"
                    aria-label={`End the session of ${device}`}
                    disabled={end.isPending}
                    onClick={() => end.mutate(id)}
                  >
                    End
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Sheet>
      )}
    </Loaded>
  )
}

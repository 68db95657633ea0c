import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useInvitations } from '../client/settings-queries.ts'
import { formatDay, formatMoment } from '../controls/format-text.ts'
import { MomentCell, Sheet } from './section.tsx'
import { useAct } from './use-act.ts'

/** Who is invited and has not come yet; nothing where there is none. */
export function InvitationsTable() {
  const { data } = useInvitations()
  const withdraw = useAct((id: string) => call(endpoints.withdrawInvitation, { params: { id } }), {
    refresh: [settingsKeys.invitations],
    said: () => ({ text: 'Invitation withdrawn. Its address opens nothing.' }),
  })
  if (!data || data.items.length === 0) return null
  return (
    <>
      <h2 className="part">Invited</h2>
      <Sheet label="Invitations" heads={['E-mail', 'Role', 'Sent#', 'Lasts until#', '']}>
        {data.items.map(({ id, email, role, createdAt, expiresAt }) => (
          <tr key={id}>
            <td>{email}</td>
            <td>{role}</td>
            <MomentCell>{formatDay(createdAt)}</MomentCell>
            <MomentCell>{formatMoment(expiresAt)}</MomentCell>
            <td className="acts">
              <button
                type="button"
                className="btn q"
                aria-label={`Withdraw the invitation of ${email}`}
                disabled={withdraw.isPending}
                onClick={() => withdraw.mutate(id)}
              >
                Withdraw
              </button>
            </td>
          </tr>
        ))}
      </Sheet>
    </>
  )
}

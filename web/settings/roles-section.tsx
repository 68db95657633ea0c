import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import { Permission } from '../../contract/permission.ts'
import type { Me } from '../../contract/person.ts'
import type { Role } from '../../contract/role.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useRoles } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { TextField } from '../controls/text-field.tsx'
import { PermissionTicks } from './permission-ticks.tsx'
import { permissionWords } from './permission-words.ts'
import { Section } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** Who may do what: the built-in roles and one's own, one table. */
export function RolesSection({ me }: { readonly me: Me }) {
  const roles = useRoles()
  const [edited, setEdited] = useState<Role | 'new'>()
  const close = () => setEdited(undefined)
  return (
    <Section
      title="Roles"
      lead="Four are built in and stay as they are. Make others from permissions; nobody gives what they do not have."
      action={
        <button type="button" className="btn p" onClick={() => setEdited('new')}>
          New role…
        </button>
      }
    >
      <Loaded of={roles} label="Loading roles">
        {({ items }) => <LawTable roles={items} onEdit={setEdited} />}
      </Loaded>
      {edited && <RoleDialog me={me} role={edited === 'new' ? undefined : edited} onClose={close} />}
    </Section>
  )
}

function LawTable({ roles, onEdit }: { readonly roles: readonly Role[]; readonly onEdit: (role: Role) => void }) {
  return (
    <section className="tbl law" aria-label="Roles and what they allow">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label="Roles, scrolls sideways">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span>May</span>
              </th>
              {roles.map((role) => (
                <th key={role.name} scope="col" className="n">
                  <span>
                    {role.isBuiltIn ? (
                      role.name
                    ) : (
                      <button type="button" aria-label={`Change the role ${role.name}`} onClick={() => onEdit(role)}>
                        {role.name}
                      </button>
                    )}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Permission.options.map((permission) => (
              <tr key={permission}>
                <td>
                  {permissionWords[permission]}
                  <span className="meta mono">{permission}</span>
                </td>
                {roles.map((role) => (
                  <td key={role.name} className="yes">
                    {role.permissions.includes(permission) ? (
                      <>
                        <Icon name="check" />
                        <span className="sr">yes</span>
                      </>
                    ) : (
                      <span className="dim">
                        <span aria-hidden="true">–</span>
                        <span className="sr">no</span>
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <td>Members who have it</td>
              {roles.map((role) => (
                <td key={role.name} className="yes ink num">
                  {role.memberCount}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </section>
    </section>
  )
}

interface RoleDialogProps {
  readonly me: Me
  /** Absent for one about to be made. */
  readonly role: Role | undefined
  readonly onClose: () => void
}

function RoleDialog({ me, role, onClose }: RoleDialogProps) {
  const [name, setName] = useState(role?.name ?? '')
  const [chosen, setChosen] = useState<readonly Permission[]>(role?.permissions ?? ['conversations:create'])
  const refresh = [settingsKeys.roles]
  const write = (permissions: readonly Permission[]) =>
    role
      ? call(endpoints.changeRole, { params: { name: role.name }, body: { permissions: [...permissions] } })
      : call(endpoints.createRole, { body: { name: name.trim(), permissions: [...permissions] } })
  const save = useAct(write, {
    refresh,
    said: (saved) => ({
      text: role ? `The role ${saved.name} is changed. It counts from the next request on.` : `The role ${saved.name} is made.`,
      ...(role ? { action: { label: 'Undo', run: () => save.mutate(role.permissions) } } : {}),
    }),
    onDone: onClose,
    isForm: true,
  })
  const remove = useAct(() => call(endpoints.deleteRole, { params: { name: role?.name ?? '' } }), {
    refresh,
    said: () => ({ text: `The role ${role?.name ?? ''} is deleted.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={role ? `Change the role ${role.name}` : 'New role'}
      act={role ? 'Save' : 'Make the role'}
      error={refusalOf(save.error ?? remove.error)}
      isBusy={save.isPending || remove.isPending}
      canAct={name.trim() !== ''}
      onAct={() => save.mutate(chosen)}
      onClose={onClose}
    >
      {!role && (
        <TextField
          label="Name"
          placeholder="finance-lead"
          hint="Lower-case letters, digits and dashes."
          maxLength={40}
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <PermissionTicks
        offered={Permission.options.filter((permission) => me.permissions.includes(permission) || chosen.includes(permission))}
        chosen={chosen}
        onChange={setChosen}
      />
      {role && (
        <div className="row">
          <span className="meta grow">
            {role.memberCount === 0
              ? 'Nobody has it.'
              : `${counted(role.memberCount, 'member has', 'members have')} it. Give them another role to delete it.`}
          </span>
          <button
            type="button"
            className="btn d"
            disabled={role.memberCount > 0 || remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            Delete the role
          </button>
        </div>
      )}
    </FormDialog>
  )
}

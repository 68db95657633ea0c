import type { Permission } from '../../contract/permission.ts'
import { permissionWords } from './permission-words.ts'

interface PermissionTicksProps {
  /** The ones to choose from. */
  readonly offered: readonly Permission[]
  readonly chosen: readonly Permission[]
  readonly onChange: (chosen: readonly Permission[]) => void
}

/** A list of permissions to tick. */
export function PermissionTicks({ offered, chosen, onChange }: PermissionTicksProps) {
  return (
    <fieldset className="ticks scrolls">
      <legend className="sr">Permissions</legend>
      {offered.map((permission) => (
        <label key={permission}>
          <input
            type="checkbox"
            className="c"
            checked={chosen.includes(permission)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, permission] : chosen.filter((other) => other !== permission))
            }
          />
          <span>
            {permissionWords[permission]}
            <span className="meta mono">{permission}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

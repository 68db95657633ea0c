import { useId, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Member } from '../../contract/member.ts'
import { call } from '../client/call.ts'
import { settingsKeys } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** `region = North`, a line each. */
const readLines = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name = '', ...value] = line.split('=')
        return [name.trim(), value.join('=').trim()]
      }),
  )

/** What row policies know of a person. */
export function AttributesDialog({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const id = useId()
  const [text, setText] = useState(
    Object.entries(member.attributes)
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n'),
  )
  const save = useAct(() => call(endpoints.changeMember, { params: { id: member.id }, body: { attributes: readLines(text) } }), {
    refresh: [settingsKeys.members],
    said: () => ({ text: `Attributes of ${member.name || member.email} saved.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={`Attributes of ${member.name || member.email}`}
      act="Save"
      error={refusalOf(save.error)}
      isBusy={save.isPending}
      onAct={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">Row policies of data sources compare with them: who has region North is shown rows of North.</p>
      <div className="fld">
        <label className="l" htmlFor={id}>
          Attributes
        </label>
        <textarea
          id={id}
          className="field mono"
          rows={5}
          placeholder="region = North"
          spellCheck={false}
          aria-describedby={`${id}-said`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="meta" id={`${id}-said`}>
          A line each: a name in lower case, an equals sign, a value.
        </p>
      </div>
    </FormDialog>
  )
}

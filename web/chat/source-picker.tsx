import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DropdownMenu } from 'radix-ui'
import { Link } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { type Conversation, keys } from '../client/queries.ts'
import { useSources } from '../client/source-queries.ts'
import { Icon } from '../controls/icon.tsx'
import { useToast } from '../controls/toast.tsx'

const FILES = 'files'

/** Which data the next question goes to: a source, or the files of the conversation. */
export function SourcePicker({ conversation }: { readonly conversation: Conversation }) {
  const { id, sourceId, uploads } = conversation
  const client = useQueryClient()
  const toast = useToast()
  const sources = useSources().data?.items ?? []
  const change = useMutation({
    mutationFn: (chosen: string) =>
      call(endpoints.changeConversation, { params: { id }, body: { sourceId: chosen === FILES ? null : chosen } }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.conversation(id) }),
        client.invalidateQueries({ queryKey: keys.starters(id) }),
      ]),
    onError: (error) => toast({ text: sentenceOf(error) }),
  })
  if (sources.length === 0 && !sourceId) return null
  const chosen = sources.find((source) => source.id === sourceId)
  const label = chosen?.name ?? (sourceId ? 'A source that is gone' : uploads.length > 0 ? 'Files here' : 'Choose data')
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="btn q source-picker"
        aria-label={`Data: ${label}`}
        disabled={conversation.access === 'view'}
      >
        <Icon name="database" />
        <span className="cut">{label}</span>
        <Icon name="down" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="start" side="top" sideOffset={6}>
        <DropdownMenu.RadioGroup value={sourceId ?? FILES} onValueChange={(value) => change.mutate(value)}>
          {sources.map((source) => (
            <DropdownMenu.RadioItem key={source.id} value={source.id} className="item">
              <Icon name="database" />
              <span className="cut grow">{source.name}</span>
              <DropdownMenu.ItemIndicator className="push">
                <Icon name="check" />
              </DropdownMenu.ItemIndicator>
            </DropdownMenu.RadioItem>
          ))}
          <DropdownMenu.RadioItem value={FILES} className="item">
            <Icon name="file" />
            <span className="grow">Files of this conversation</span>
            <DropdownMenu.ItemIndicator className="push">
              <Icon name="check" />
            </DropdownMenu.ItemIndicator>
          </DropdownMenu.RadioItem>
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Separator className="line" />
        <DropdownMenu.Item className="item" asChild>
          <Link href="/sources">All data sources</Link>
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

import { useLocation } from 'wouter'
import type { ConversationSummary } from '../../contract/conversation.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { useToast } from '../controls/toast.tsx'

/** Deletes a conversation at once and offers the way back for as long as the toast stays. */
export function useDeleteConversation(): (conversation: Pick<ConversationSummary, 'id' | 'title' | 'isShared'>) => void {
  const [path, navigate] = useLocation()
  const { remove, restore } = useConversationChanges()
  const toast = useToast()
  const fail = (error: unknown) => toast({ text: sentenceOf(error) })
  return ({ id, title, isShared }) =>
    remove.mutate(id, {
      onError: fail,
      onSuccess: () => {
        const wasOpen = path === `/c/${id}`
        if (wasOpen) navigate('/', { replace: true })
        const name = title.length > 40 ? `${title.slice(0, 38)}…` : title
        toast({
          text: isShared ? `Deleted “${name}”. Its link is closed and stays closed.` : `Deleted “${name}”.`,
          action: {
            label: 'Undo',
            run: () => restore.mutate(id, { onError: fail, onSuccess: () => wasOpen && navigate(`/c/${id}`) }),
          },
        })
      },
    })
}

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
  // NOTE: promises, because what started this is gone from the page when Undo is pressed, and its callbacks with it.
  const bringBack = async (id: string, isOpened: boolean) => {
    try {
      await restore.mutateAsync(id)
      if (isOpened) navigate(`/c/${id}`)
    } catch (error) {
      toast({ text: sentenceOf(error) })
    }
  }
  const takeAway = async ({ id, title, isShared }: Pick<ConversationSummary, 'id' | 'title' | 'isShared'>) => {
    const wasOpen = path === `/c/${id}`
    try {
      await remove.mutateAsync(id)
    } catch (error) {
      toast({ text: sentenceOf(error) })
      return
    }
    if (wasOpen) navigate('/', { replace: true })
    const name = title.length > 40 ? `${title.slice(0, 38)}…` : title
    toast({
      text: isShared ? `Deleted “${name}”. Its link is closed and stays closed.` : `Deleted “${name}”.`,
      action: { label: 'Undo', run: () => void bringBack(id, wasOpen) },
    })
  }
  return (conversation) => void takeAway(conversation)
}

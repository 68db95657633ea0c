import { useLocation } from 'wouter'
import type { ConversationSummary } from '../../contract/conversation.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useDashboardChanges } from '../client/dashboard-queries.ts'
import { useConversationChanges } from '../client/queries.ts'
import { previewShare } from '../client/share-calls.ts'
import { useToast } from '../controls/toast.tsx'

type Listed = Pick<ConversationSummary, 'id' | 'title' | 'isShared'>

/** What a conversation's menu does at once, with the way back offered for as long as the toast stays. */
export function useConversationActions() {
  const [path, navigate] = useLocation()
  const { change, remove, restore } = useConversationChanges()
  const { bring } = useDashboardChanges()
  const toast = useToast()

  // NOTE: promises, because what started this is gone from the page when Undo is pressed, and its callbacks with it.
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      toast({ text: sentenceOf(error) })
    }
  }
  const bringBack = async (id: string, isOpened: boolean) => {
    await restore.mutateAsync(id)
    if (isOpened) navigate(`/c/${id}`)
  }
  const takeAway = async ({ id, title, isShared }: Listed) => {
    const wasOpen = path === `/c/${id}`
    await remove.mutateAsync(id)
    if (wasOpen) navigate('/', { replace: true })
    const name = shortened(title)
    toast({
      text: isShared ? `Deleted “${name}”. Its link is closed and stays closed.` : `Deleted “${name}”.`,
      action: { label: 'Undo', run: () => void attempt(() => bringBack(id, wasOpen)) },
    })
  }
  const putAway = async ({ id, title }: Listed, isArchived: boolean) => {
    await change.mutateAsync({ id, isArchived })
    const done = isArchived ? 'Archived' : 'Back from the archive:'
    toast({
      text: `${done} “${shortened(title)}”.`,
      action: {
        label: 'Undo',
        run: () =>
          void attempt(async () => {
            await change.mutateAsync({ id, isArchived: !isArchived })
          }),
      },
    })
  }
  const makeDashboard = async ({ id }: Pick<Listed, 'id'>) => {
    const dashboard = await bring.mutateAsync({ conversationId: id })
    navigate(`/dashboards/${dashboard.id}`)
  }
  /** The page as it would be shared, in one file, without a link. */
  const freezeIntoFile = async ({ id }: Pick<Listed, 'id'>) => {
    const { path: page } = await previewShare(id, { policy: { downloads: true } })
    const link = document.createElement('a')
    link.href = `${page}/offline.html`
    link.download = ''
    link.click()
  }
  return {
    saveOffline: (conversation: Pick<Listed, 'id'>) => void attempt(() => freezeIntoFile(conversation)),
    toDashboard: (conversation: Pick<Listed, 'id'>) => void attempt(() => makeDashboard(conversation)),
    pin: ({ id }: Listed, isPinned: boolean) =>
      void attempt(async () => {
        await change.mutateAsync({ id, isPinned })
      }),
    archive: (conversation: Listed, isArchived: boolean) => void attempt(() => putAway(conversation, isArchived)),
    remove: (conversation: Listed) => void attempt(() => takeAway(conversation)),
  }
}

const shortened = (title: string): string => (title.length > 40 ? `${title.slice(0, 38)}…` : title)

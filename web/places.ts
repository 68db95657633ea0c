import type { Me } from '../contract/person.ts'
import type { Place } from './chat/sidebar.tsx'

const sources: Place = { path: '/sources', label: 'Data sources', icon: 'database' }
const settings: Place = { path: '/settings', label: 'Settings', icon: 'gear' }
const sharedLinks: Place = { path: '/shares', label: 'Shared links', icon: 'link' }

/** The pages beside conversations that this person may open, in the order of the sidebar's foot. */
export const placesOf = ({ permissions }: Me): readonly Place[] => [
  sources,
  ...(permissions.includes('conversations:share') || permissions.includes('shares:manage') ? [sharedLinks] : []),
  settings,
]

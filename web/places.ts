import type { Me } from '../contract/person.ts'
import type { Place } from './chat/sidebar.tsx'

const dashboards: Place = { path: '/dashboards', label: 'Dashboards', icon: 'grid' }
const schedules: Place = { path: '/schedules', label: 'Schedules', icon: 'clock' }
const sources: Place = { path: '/sources', label: 'Data sources', icon: 'database' }
const settings: Place = { path: '/settings', label: 'Settings', icon: 'gear' }
const models: Place = { path: '/models', label: 'Models', icon: 'talk' }
const sharedLinks: Place = { path: '/shares', label: 'Shared links', icon: 'link' }

/** The pages beside conversations that this person may open, in the order of the sidebar's foot. */
export const placesOf = ({ permissions }: Me): readonly Place[] => [
  dashboards,
  schedules,
  sources,
  models,
  ...(permissions.includes('conversations:share') || permissions.includes('shares:manage') ? [sharedLinks] : []),
  settings,
]

import type { Me } from '../contract/person.ts'
import type { Place } from './chat/sidebar.tsx'

/** The pages beside conversations that this person may open, in the order of the sidebar's foot. */
export const placesOf = (_me: Me): readonly Place[] => [
  { path: '/sources', label: 'Data sources', icon: 'database' },
  { path: '/models', label: 'Models', icon: 'talk' },
]

import { useLocation, useSearch } from 'wouter'
import type { Dashboard } from '../../contract/dashboard.ts'
import { useChosenDashboard, useDashboardChanges } from '../client/dashboard-queries.ts'
import type { Values } from './parameter-bar.tsx'

/**
 * A dashboard with the values that are chosen. The owner's choice is kept on it; anybody else's is theirs alone and stands in the address,
 * so that it can be kept as a bookmark.
 */
export function useChosenValues(stored: Dashboard) {
  const { id, isMine, parameters } = stored
  const { choose } = useDashboardChanges()
  const [path, navigate] = useLocation()
  const said = new URLSearchParams(useSearch())
  const wished = Object.fromEntries(parameters.flatMap(({ name }) => (said.has(name) ? [[name, said.get(name) ?? '']] : [])))
  const values = isMine || Object.keys(wished).length === 0 ? undefined : wished
  const own = useChosenDashboard(id, values)
  const shown = values === undefined ? stored : (own.data ?? stored)
  // NOTE: the fields show what was asked for, also while the answer is on its way.
  const asked: Values = (isMine ? (choose.isPending ? choose.variables.values : undefined) : values) ?? {}
  return {
    dashboard: { ...shown, parameters: shown.parameters.map((one) => ({ ...one, value: asked[one.name] ?? one.value })) },
    isAsking: isMine ? choose.isPending : own.isFetching,
    error: (isMine ? choose.error : own.error) ?? undefined,
    choose(next: Values) {
      if (isMine) return choose.mutate({ id, values: next })
      const moved = parameters.filter(({ name, value }) => next[name] !== value)
      const search = new URLSearchParams(moved.map(({ name }) => [name, next[name] ?? '']))
      navigate(moved.length === 0 ? path : `${path}?${search.toString()}`, { replace: true })
    },
  }
}

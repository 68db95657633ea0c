import type { ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import type { Me } from '../../contract/person.ts'
import { AccessPage } from './access-page.tsx'
import { SourceForm } from './source-form.tsx'
import { ChangeSourcePage, SourcePage } from './source-page.tsx'
import { SourcesPage } from './sources-page.tsx'

/** The pages of data sources, which come together: from one to the next nothing is fetched but data. */
export const SourcesArea = ({ me, start }: { readonly me: Me; readonly start: ReactNode }) => (
  <Switch>
    <Route path="/sources">
      <SourcesPage me={me} start={start} />
    </Route>
    <Route path="/sources/new">
      <SourceForm start={start} />
    </Route>
    <Route path="/sources/:id">{({ id }) => <SourcePage key={id} id={id} me={me} start={start} />}</Route>
    <Route path="/sources/:id/access">{({ id }) => <AccessPage key={id} id={id} start={start} />}</Route>
    <Route path="/sources/:id/edit">{({ id }) => <ChangeSourcePage key={id} id={id} start={start} />}</Route>
  </Switch>
)

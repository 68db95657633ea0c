import { Dialog, VisuallyHidden } from 'radix-ui'
import { useEffect, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Me } from '../contract/person.ts'
import { ConversationPage } from './chat/conversation-page.tsx'
import { FirstStepsPage } from './chat/first-steps-page.tsx'
import { Sidebar } from './chat/sidebar.tsx'
import { StartPage } from './chat/start-page.tsx'
import { ContinuePage } from './continue/continue-page.tsx'
import { writeAs } from './controls/format-text.ts'
import { Icon } from './controls/icon.tsx'
import { DashboardPage } from './dashboards/dashboard-page.tsx'
import { DashboardsPage } from './dashboards/dashboards-page.tsx'
import { ChangeModelPage, NewModelPage } from './models/model-form.tsx'
import { ModelsPage } from './models/models-page.tsx'
import { placesOf } from './places.ts'
import { SettingsPage } from './settings/settings-page.tsx'
import { SharesPage } from './shares/shares-page.tsx'
import { AccessPage } from './sources/access-page.tsx'
import { SourceForm } from './sources/source-form.tsx'
import { ChangeSourcePage, SourcePage } from './sources/source-page.tsx'
import { SourcesPage } from './sources/sources-page.tsx'

/** The app of somebody who is signed in: conversations at the side (a drawer on phones), one page beside them. */
export function Workspace({ me }: { readonly me: Me }) {
  writeAs(me.user)
  const [path] = useLocation()
  const places = placesOf(me)
  const [isDrawerOpen, setIsDrawerOpen] = useState(false)
  useEffect(() => setIsDrawerOpen(false), [path])
  const drawerButton = (
    <button type="button" className="btn q icon only-s" aria-label="Conversations" onClick={() => setIsDrawerOpen(true)}>
      <Icon name="menu" />
    </button>
  )
  if (path === '/welcome') return <FirstStepsPage me={me} />
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div className="app">
        <aside className="side" aria-label="Conversations">
          <Sidebar me={me} places={places} />
        </aside>
        <div className="page">
          <Switch>
            <Route path="/">
              <StartPage me={me} start={drawerButton} />
            </Route>
            <Route path="/c/:id">{({ id }) => <ConversationPage key={id} id={id} me={me} start={drawerButton} />}</Route>
            <Route path="/continue">
              <ContinuePage start={drawerButton} />
            </Route>
            <Route path="/shares">
              <SharesPage me={me} start={drawerButton} />
            </Route>
            <Route path="/dashboards">
              <DashboardsPage me={me} start={drawerButton} />
            </Route>
            <Route path="/dashboards/:id">{({ id }) => <DashboardPage key={id} id={id} me={me} start={drawerButton} />}</Route>
            <Route path="/sources">
              <SourcesPage me={me} start={drawerButton} />
            </Route>
            <Route path="/sources/new">
              <SourceForm start={drawerButton} />
            </Route>
            <Route path="/sources/:id">{({ id }) => <SourcePage key={id} id={id} me={me} start={drawerButton} />}</Route>
            <Route path="/sources/:id/access">{({ id }) => <AccessPage key={id} id={id} start={drawerButton} />}</Route>
            <Route path="/sources/:id/edit">{({ id }) => <ChangeSourcePage key={id} id={id} start={drawerButton} />}</Route>
            <Route path="/settings/:section?">
              {({ section }) => <SettingsPage section={section} me={me} start={drawerButton} />}
            </Route>
            <Route path="/models">
              <ModelsPage me={me} start={drawerButton} />
            </Route>
            <Route path="/models/new">
              <NewModelPage start={drawerButton} />
            </Route>
            <Route path="/models/:id/edit">{({ id }) => <ChangeModelPage key={id} id={id} start={drawerButton} />}</Route>
            <Route>
              <Redirect to="/" replace />
            </Route>
          </Switch>
        </div>
      </div>
      <Dialog.Root open={isDrawerOpen} onOpenChange={setIsDrawerOpen}>
        <Dialog.Portal>
          <Dialog.Overlay className="scrim" />
          <Dialog.Content className="side drawer" aria-describedby={undefined}>
            <VisuallyHidden.Root>
              <Dialog.Title>Conversations</Dialog.Title>
            </VisuallyHidden.Root>
            <Sidebar me={me} places={places} onLeave={() => setIsDrawerOpen(false)} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  )
}

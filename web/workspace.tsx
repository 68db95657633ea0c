import { Dialog, VisuallyHidden } from 'radix-ui'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import type { Me } from '../contract/person.ts'
import { ConversationPage } from './chat/conversation-page.tsx'
import { Sidebar } from './chat/sidebar.tsx'
import { StartPage } from './chat/start-page.tsx'
import { writeAs } from './controls/format-text.ts'
import { Icon } from './controls/icon.tsx'
import { Skeleton } from './controls/skeleton.tsx'
import { LostPage } from './lost-page.tsx'
import { placesOf } from './places.ts'

// What is not a conversation comes when it is first opened.
const DashboardPage = lazy(async () => ({ default: (await import('./dashboards/dashboard-page.tsx')).DashboardPage }))
const DashboardsPage = lazy(async () => ({ default: (await import('./dashboards/dashboards-page.tsx')).DashboardsPage }))
const SchedulesPage = lazy(async () => ({ default: (await import('./schedules/schedules-page.tsx')).SchedulesPage }))
const SchedulePage = lazy(async () => ({ default: (await import('./schedules/schedule-page.tsx')).SchedulePage }))
const NewSchedulePage = lazy(async () => ({ default: (await import('./schedules/schedule-form.tsx')).NewSchedulePage }))
const ChangeSchedulePage = lazy(async () => ({ default: (await import('./schedules/schedule-form.tsx')).ChangeSchedulePage }))
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }))
const SharesPage = lazy(async () => ({ default: (await import('./shares/shares-page.tsx')).SharesPage }))
const SourcesArea = lazy(async () => ({ default: (await import('./sources/sources-area.tsx')).SourcesArea }))
const ModelsPage = lazy(async () => ({ default: (await import('./models/models-page.tsx')).ModelsPage }))
const NewModelPage = lazy(async () => ({ default: (await import('./models/model-form.tsx')).NewModelPage }))
const ChangeModelPage = lazy(async () => ({ default: (await import('./models/model-form.tsx')).ChangeModelPage }))
const ContinuePage = lazy(async () => ({ default: (await import('./continue/continue-page.tsx')).ContinuePage }))
const FirstStepsPage = lazy(async () => ({ default: (await import('./chat/first-steps-page.tsx')).FirstStepsPage }))

/** The page beside the sidebar while its code is on the way. */
const Coming = ({ start }: { readonly start: ReactNode }) => (
  <>
    <header className="hd">{start}</header>
    <main id="main" className="cols">
      <Skeleton lines={6} label="Loading the page" />
    </main>
  </>
)

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
  if (path === '/welcome')
    return (
      <Suspense fallback={<Coming start={null} />}>
        <FirstStepsPage me={me} />
      </Suspense>
    )
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
          <Suspense fallback={<Coming start={drawerButton} />}>
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
              <Route path="/schedules">
                <SchedulesPage me={me} start={drawerButton} />
              </Route>
              <Route path="/schedules/new">
                <NewSchedulePage me={me} start={drawerButton} />
              </Route>
              <Route path="/schedules/:id">{({ id }) => <SchedulePage key={id} id={id} me={me} start={drawerButton} />}</Route>
              <Route path="/schedules/:id/edit">
                {({ id }) => <ChangeSchedulePage key={id} id={id} me={me} start={drawerButton} />}
              </Route>
              <Route path="/sources/*?">
                <SourcesArea me={me} start={drawerButton} />
              </Route>
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
                <LostPage start={drawerButton} />
              </Route>
            </Switch>
          </Suspense>
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

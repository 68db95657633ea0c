import './schema-settings.ts'
import './app.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { KnownError } from '../contract/error.ts'
import { Announcer } from './controls/announcer.tsx'
import { applyTheme } from './controls/theme.ts'
import { ToastProvider } from './controls/toast.tsx'
import { Shell } from './shell.tsx'

applyTheme()

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Only what may pass by itself is tried again: a refusal stays a refusal.
      retry: (failures, error) => failures < 2 && error instanceof KnownError && error.code === 'unavailable',
    },
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Announcer>
          <ToastProvider>
            <Shell />
          </ToastProvider>
        </Announcer>
      </QueryClientProvider>
    </StrictMode>,
  )

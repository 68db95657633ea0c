import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Two entries: the app, and the public page's own small one. The server finds both through the manifest. */
export default defineConfig({
  root: at('.'),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: at('../dist/web'),
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { app: at('index.html'), share: at('share/page.ts') } },
  },
})

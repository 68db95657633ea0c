import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The script of the offline copy in one piece, `offline.js`: a file on a disk can load no other. */
const offlineScript: Plugin = {
  name: 'offline-script',
  async closeBundle() {
    await build({
      root: at('.'),
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: at('../dist/web'),
        emptyOutDir: false,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 1_000,
        rollupOptions: { input: at('share/offline.ts'), output: { codeSplitting: false, entryFileNames: 'offline.js' } },
      },
    })
  },
}

/** In the app the renderer's heavy parts come late, when they are first wanted. The offline copy and the public page have no use for them. */
const lateMarkup: Plugin = {
  name: 'late-markup',
  enforce: 'pre',
  resolveId(source, importer) {
    const isHeavy = /\/(code|math)-html\.ts$/.test(source)
    return isHeavy && importer?.endsWith('-html.ts') ? at('results/late-markup.ts') : undefined
  },
}

/** The app, and the public page's own small entry with the style of its title and its fonts apart. The server finds them through the manifest. */
export default defineConfig({
  root: at('.'),
  plugins: [lateMarkup, react(), tailwindcss(), offlineScript],
  build: {
    outDir: at('../dist/web'),
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        app: at('index.html'),
        share: at('share/page.ts'),
        title: at('share/title.css'),
        fonts: at('viewer/fonts.css'),
        figure: at('figure/frame.html'),
      },
      // NOTE: schemas stand in files that load before the app's own; the settings must be there when the first of them is made.
      output: { codeSplitting: { groups: [{ name: 'schemas', test: /[\\/](zod[\\/]|schema-settings\.)/ }] } },
    },
  },
})

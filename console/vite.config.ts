import { preact } from '@preact/preset-vite'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'
import { hashSources } from './sources-hash.ts'

/** Writes the hash of the sources into the page, so that anyone can tell which console is served. */
const markSources: Plugin = {
  name: 'rendezvous-sources',
  transformIndexHtml: async (html) => html.replace('%RENDEZVOUS_SOURCES%', await hashSources()),
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false }), markSources],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The policy of the page allows no data: URL, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Browsers that know modules know preloading; the helper for others only adds code.
    modulePreload: { polyfill: false },
  },
})

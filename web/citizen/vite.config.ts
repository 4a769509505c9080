import { fileURLToPath } from 'node:url'
import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const gateway = process.env.BANGBAN_URL ?? 'http://127.0.0.1:5180'

/** Vant's icon font is embedded; the fallback that it names on another server goes, since the pages fetch nothing from outside. */
const noOutsideFonts: Plugin = {
  name: 'no-outside-fonts',
  enforce: 'pre',
  transform: (code, id) => (/vant.*icon.*\.css/.test(id) ? code.replace(/,\s*url\((['"]?)\/\/[^)]*\)\s*format\((['"]?)woff\2\)/g, '') : undefined),
}

export default defineConfig({
  base: './',
  plugins: [noOutsideFonts, vue(), Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [VantResolver()] })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { outDir: 'dist', target: ['es2022', 'chrome94', 'safari15.4'], chunkSizeWarningLimit: 400 },
  server: { proxy: { '/api': { target: gateway, ws: true, changeOrigin: true } } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    server: { deps: { inline: ['vant'] } },
  },
})

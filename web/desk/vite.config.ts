import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'

const gateway = process.env.BANGBAN_URL ?? 'http://127.0.0.1:5180'

/** One build serves `/desk/` and `/editor/`: its assets have one absolute home, and the page looks at its own address. */
export default defineConfig({
  base: '/desk/',
  plugins: [vue(), Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver({ importStyle: 'css' })] })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { outDir: 'dist', target: ['es2022', 'chrome94', 'safari15.4'], chunkSizeWarningLimit: 600 },
  server: { proxy: { '/api': { target: gateway, ws: true, changeOrigin: true } } },
  test: {
    environment: 'happy-dom',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    css: false,
    server: { deps: { inline: ['element-plus'] } },
  },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { environment: 'happy-dom', testTimeout: 60_000, hookTimeout: 60_000, include: [process.env.SHOTS ? 'tests/pictures.ts' : 'tests/**/*.test.ts'], globalSetup: ['tests/build.ts'], setupFiles: ['tests/setup.ts'] },
})

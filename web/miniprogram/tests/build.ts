import type { TestProject } from 'vitest/node'
import { startMock } from '../../mock/src/server.mjs'
import { makeMiniprogram } from '../build.mjs'

/** Every test is of what the developer tools would run, and talks to a gateway that runs; `THINK_MS` and `DELAY_MS` make it a slow one. */
export default async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  await makeMiniprogram()
  const gateway = await startMock({ thinkMs: Number(process.env.THINK_MS ?? 0), delayMs: Number(process.env.DELAY_MS ?? 0) })
  project.provide('gateway', gateway.url)
  return () => gateway.close()
}

declare module 'vitest' {
  export interface ProvidedContext { gateway: string }
}

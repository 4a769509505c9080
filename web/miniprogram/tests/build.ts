import type { TestProject } from 'vitest/node'
import { startMock } from '../../mock/src/server.mjs'
import { makeMiniprogram } from '../build.mjs'

/** Every test is of what the developer tools would run, and talks to a gateway that runs. */
export default async function setup(project: TestProject): Promise<() => Promise<unknown>> {
  await makeMiniprogram()
  const gateway = await startMock({ thinkMs: 0 })
  project.provide('gateway', gateway.url)
  return () => gateway.close()
}

declare module 'vitest' {
  export interface ProvidedContext { gateway: string }
}

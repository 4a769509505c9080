/** The citizen's API as this client calls it: pictures and files are paths on the phone. */

import type { CitizenApi } from '@bangban/shared'
import type { Stop } from '@/platform/http'

export type Api = CitizenApi<string, string, Stop>

import { beforeEach } from 'vitest'
import { phone } from './phone'

Object.assign(globalThis, { wx: phone.wx, getCurrentPages: () => [{ route: 'pages/chat/chat' }] })
beforeEach(() => phone.reset())

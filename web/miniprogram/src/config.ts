/** What differs from one installation to the next. Nothing secret belongs here: everybody can read a mini-program's code. */

export interface Config {
  /** The gateway, without a slash at the end. Its domain must be listed in the WeChat console for request, uploadFile and downloadFile. */
  baseUrl: string
  /** Subscription templates by what the citizen may be told later; an empty id means that nobody is asked. */
  templates: Record<Notifiable, string>
  /** Raised when the privacy notice changes in substance: everybody is then asked again. */
  privacyVersion: number
}

export type Notifiable = 'appointment' | 'case' | 'ticket'

export const config: Config = {
  baseUrl: 'http://127.0.0.1:8000',
  templates: { appointment: '', case: '', ticket: '' },
  privacyVersion: 1,
}

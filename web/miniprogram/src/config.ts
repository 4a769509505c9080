/** What differs from one installation to the next. Nothing secret belongs here: everybody can read a mini-program's code. */

export interface Config {
  /** The gateway, without a slash at the end. Its domain must be listed in the WeChat console for request, uploadFile and downloadFile. */
  baseUrl: string
  /** Raised when the privacy notice changes in substance: everybody is then asked again. */
  privacyVersion: number
}

export const config: Config = {
  baseUrl: 'http://127.0.0.1:8000',
  privacyVersion: 1,
}

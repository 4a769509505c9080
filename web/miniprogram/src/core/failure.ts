import { ApiError, type Translate } from '@bangban/shared'

/** What to tell the reader of a failed call: the server's own sentence, else that it could not be reached. */
export function failureWords(error: unknown, t: Translate): string {
  return error instanceof ApiError && error.message ? error.message : t('error.unreachable')
}

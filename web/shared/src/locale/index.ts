/** Words shared by the pages of every reader; an app adds its own catalogue beside them. Traditional words load when asked for. */

import simplified from './zh-Hans.json'

export type Script = 'zh-Hans' | 'zh-Hant'
export type Words = typeof simplified
export const simplifiedWords: Words = simplified

export async function traditionalWords(): Promise<Words> {
  return (await import('./zh-Hant.json')).default as Words
}

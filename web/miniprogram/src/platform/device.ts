/** What the phone does for us. What it did not do comes back as a `Trouble`, so that no tap stays without a word. */

export interface CalendarEntry { title: string; start: string; end: string; place: string; note: string }

/** `left`: he went back himself. `forbidden`: he, or the phone, does not allow it. */
export type Trouble = 'left' | 'forbidden' | 'too_large' | 'failed'
export interface Picture { path?: string; trouble?: Trouble }

const MAX_BYTES = 8 * 1024 * 1024

/** What WeChat says of a call that failed, e.g. `chooseMedia:fail auth deny`, `addPhoneCalendar:fail cancel`. */
export function troubleOf(error: unknown): Trouble {
  const said = String((error as { errMsg?: string } | null)?.errMsg ?? error)
  if (/cancel/i.test(said)) return 'left'
  return /auth|permission|den(y|ied)|privacy/i.test(said) ? 'forbidden' : 'failed'
}

export function call(number: string): void {
  wx.makePhoneCall({ phoneNumber: number, fail: () => undefined })
}

export function copy(text: string): void {
  wx.setClipboardData({ data: text, fail: () => undefined })
}

export function toast(words: string): void {
  wx.showToast({ title: words, icon: 'none', duration: 2500 })
}

/** The path of a photograph; `too_large` when it stays above what the server takes. */
export async function choosePicture(): Promise<Picture> {
  try {
    const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ['image'], sizeType: ['compressed'] })
    const file = tempFiles[0]
    if (!file) return { trouble: 'left' }
    if (file.size <= MAX_BYTES) return { path: file.tempFilePath }
    const small = await wx.compressImage({ src: file.tempFilePath, quality: 70, compressedWidth: 2400 })
    return sizeOf(small.tempFilePath) <= MAX_BYTES ? { path: small.tempFilePath } : { trouble: 'too_large' }
  } catch (error) {
    return { trouble: troubleOf(error) }
  }
}

function sizeOf(path: string): number {
  const stats = wx.getFileSystemManager().statSync(path, false)
  return 'size' in stats ? stats.size : 0
}

/** What kept it from the calendar; `null` when it is there. */
export function addToCalendar(entry: CalendarEntry): Promise<Trouble | null> {
  return new Promise((done) => {
    wx.addPhoneCalendar({
      title: entry.title,
      startTime: Date.parse(entry.start) / 1000,
      endTime: String(Date.parse(entry.end) / 1000),
      location: entry.place,
      description: entry.note,
      alarm: true,
      alarmOffset: 3600,
      success: () => done(null),
      fail: (error) => done(troubleOf(error)),
    })
  })
}

/** Whether it could be shown. */
export function openPdf(path: string): Promise<boolean> {
  return new Promise((done) => wx.openDocument({ filePath: path, fileType: 'pdf', showMenu: true, success: () => done(true), fail: () => done(false) }))
}

/** Where he can allow what he once refused. */
export function openSettings(): void {
  wx.openSetting({ fail: () => undefined })
}

/** WeChat's own question before he goes back; none for empty words. */
export function warnBeforeLeaving(words: string): void {
  if (words) wx.enableAlertBeforeUnload?.({ message: words })
  else wx.disableAlertBeforeUnload?.()
}

let going = false

/** Another page on top of this one. A second tap while it opens is the same tap; where too many are open it takes this one's place. */
export function go(url: string): void {
  if (going) return
  going = true
  wx.navigateTo({ url, fail: () => wx.redirectTo({ url }), complete: () => (going = false) })
}

/** A question with two answers; true for the first. */
export async function confirm(words: { title: string; content: string; yes: string; no: string }): Promise<boolean> {
  const answer = await wx.showModal({ title: words.title, content: words.content, confirmText: words.yes, cancelText: words.no })
  return answer.confirm
}

/** Which of at most six lines was tapped. */
export async function pickOne(lines: string[]): Promise<number | null> {
  try {
    return (await wx.showActionSheet({ itemList: lines.slice(0, 6) })).tapIndex
  } catch {
    return null
  }
}

/** A code that the gateway changes for the citizen's account with WeChat; it works once, for five minutes. */
export function loginCode(): Promise<string | null> {
  return new Promise((done) => wx.login({ success: ({ code }) => done(code || null), fail: () => done(null) }))
}

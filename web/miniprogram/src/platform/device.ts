/** What the phone does for us. Each call that the citizen may refuse answers `null` or nothing then: refusing is no failure. */

export interface CalendarEntry { title: string; start: string; end: string; place: string; note: string }

const MAX_BYTES = 8 * 1024 * 1024

export function call(number: string): void {
  wx.makePhoneCall({ phoneNumber: number, fail: () => undefined })
}

export function copy(text: string): void {
  wx.setClipboardData({ data: text })
}

export function toast(words: string): void {
  wx.showToast({ title: words, icon: 'none', duration: 2500 })
}

/** The path of a photograph; `too_large` when it stays above what the server takes. */
export async function choosePicture(): Promise<string | 'too_large' | null> {
  try {
    const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ['image'], sizeType: ['compressed'] })
    const file = tempFiles[0]
    if (!file) return null
    if (file.size <= MAX_BYTES) return file.tempFilePath
    const small = await wx.compressImage({ src: file.tempFilePath, quality: 70, compressedWidth: 2400 })
    return sizeOf(small.tempFilePath) <= MAX_BYTES ? small.tempFilePath : 'too_large'
  } catch {
    return null
  }
}

function sizeOf(path: string): number {
  const stats = wx.getFileSystemManager().statSync(path, false)
  return 'size' in stats ? stats.size : 0
}

export function addToCalendar(entry: CalendarEntry): Promise<boolean> {
  return new Promise((done) => {
    wx.addPhoneCalendar({
      title: entry.title,
      startTime: Date.parse(entry.start) / 1000,
      endTime: String(Date.parse(entry.end) / 1000),
      location: entry.place,
      description: entry.note,
      alarm: true,
      alarmOffset: 3600,
      success: () => done(true),
      fail: () => done(false),
    })
  })
}

export function openPdf(path: string): void {
  wx.openDocument({ filePath: path, fileType: 'pdf', showMenu: true })
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

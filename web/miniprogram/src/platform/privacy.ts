/** WeChat's own record of his agreement: without it the phone gives no camera, calendar, clipboard or number, whatever he told us. */

/** Whether WeChat wants it (again): he took the mini-program off his list, or its guideline has grown. A WeChat too old to know asks for nothing. */
export function wantsAgreement(): Promise<boolean> {
  if (!wx.getPrivacySetting) return Promise.resolve(false)
  return new Promise((done) => wx.getPrivacySetting({ success: ({ needAuthorization }) => done(needAuthorization), fail: () => done(false) }))
}

/** Whether a button can carry his agreement to WeChat; where it cannot, the tap alone is his yes. */
export function buttonTellsWeChat(): boolean {
  return wx.canIUse?.('button.open-type.agreePrivacyAuthorization') ?? false
}

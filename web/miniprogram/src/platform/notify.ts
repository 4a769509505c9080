/** The platform's question whether it may tell the citizen later. To be asked within a tap; what he answers never holds up what he was doing. */

export type Answers = Record<string, string>

/** What he answered by template (`accept`, `reject` …); empty when nobody could be asked. */
export function askForNotices(ids: string[]): Promise<Answers> {
  if (!ids.length || !wx.requestSubscribeMessage) return Promise.resolve({})
  return new Promise((done) =>
    wx.requestSubscribeMessage({
      tmplIds: ids,
      success: (answer) => done(answersOf(ids, answer as object as Answers)),
      fail: () => done({}),
    }),
  )
}

const answersOf = (ids: string[], answer: Answers): Answers => Object.fromEntries(ids.filter((id) => answer[id]).map((id) => [id, answer[id]!]))

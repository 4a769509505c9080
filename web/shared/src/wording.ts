/** Cutting a message's plain rendering to what a card does not show itself. */

const LISTED = /^\s*(?:\d{1,2}\s*[.、)）．:：]|[①-⑳]|[-•·*])\s*/

/** The sentences before the list: `text` up to the first line that is numbered or only repeats one of `labels`. */
export function leadOf(text: string, labels: string[] = []): string {
  const lead: string[] = []
  for (const line of text.split('\n')) {
    const bare = line.replace(LISTED, '').replace(/^\s*\d{1,2}\s+/, '').trim()
    if (LISTED.test(line) || labels.includes(bare)) break
    lead.push(line)
  }
  return lead.join('\n').trim()
}

export type Chunk = { kind: 'text' | 'link' | 'phone'; value: string }
/** No look-behind: an iPhone before iOS 16.4 reads no page that has one. What stands before a number is looked at below. */
const LINKABLE = /(https?:\/\/[^\s，。；）)、]+)|(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|123\d{2})(?!\d|\s*[元天日个個年月分件])/g

/** Text split so that addresses and telephone numbers can be tapped. */
export function chunks(text: string): Chunk[] {
  const out: Chunk[] = []
  let from = 0
  for (const match of text.matchAll(LINKABLE)) {
    if (!match[1] && /\d/.test(text.charAt(match.index - 1))) continue // the end of a longer number
    if (match.index > from) out.push({ kind: 'text', value: text.slice(from, match.index) })
    out.push({ kind: match[1] ? 'link' : 'phone', value: match[0] })
    from = match.index + match[0].length
  }
  if (from < text.length) out.push({ kind: 'text', value: text.slice(from) })
  return out
}

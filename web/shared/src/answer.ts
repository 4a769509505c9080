/** The plain words of an answer, taken apart so that the card can set heading, cases and citation in their own places. */

export interface AnswerLine { when: string; text: string }
export interface AnswerParts { name: string; lines: AnswerLine[]; cited: string }

const HEADING = /^(.+)·[^·]+$/
const CITED = /^（依[据據]：.+）$/
/** `3. [要不要同时办临时身份证？要]同时办…`: the case it holds for stands in brackets. */
const CONDITIONAL = /^(\d+\. )?\[([^\]]+)\](.+)$/

/** `beside`: the last line names other items, which stand on the card as buttons. */
export function answerParts(text: string, beside = false): AnswerParts {
  const lines = text.trim().split('\n')
  if (beside) lines.pop()
  const heading = lines.length > 1 ? HEADING.exec(lines[0]!) : null
  if (heading) lines.shift()
  const cited = lines.length > 1 && CITED.test(lines[lines.length - 1]!) ? lines.pop()!.slice(1, -1) : ''
  return { name: heading?.[1] ?? '', lines: together(lines.map(lineOf)), cited }
}

function lineOf(line: string): AnswerLine {
  const found = CONDITIONAL.exec(line)
  return found ? { when: found[2]!, text: `${found[1] ?? ''}${found[3]}` } : { when: '', text: line }
}

/** Lines for every case stay one paragraph, as they came. */
function together(lines: AnswerLine[]): AnswerLine[] {
  const out: AnswerLine[] = []
  for (const line of lines) {
    const last = out[out.length - 1]
    if (last && !last.when && !line.when) last.text += `\n${line.text}`
    else out.push({ ...line })
  }
  return out
}

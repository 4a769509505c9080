/** The sections of a guide in reading order; shared with the staff's pages. */

export { sectionsOf, type ShownFact, type ShownSection } from '@bangban/shared'

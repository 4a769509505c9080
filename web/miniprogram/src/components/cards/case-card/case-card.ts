import type { CaseMessage } from '@bangban/shared'
import { caseView } from '@/cards/dealings'
import { PLAINLY } from '@/cards/shown'
import { defineCard, wordsOf, type CardInstance } from '@/components/card'
import { showPdf } from '@/components/visit'

defineCard<CaseMessage>(caseView, {
  methods: {
    pdf(this: CardInstance) {
      return showPdf((this.data.message as CaseMessage).form_pdf_url!, wordsOf(this.data.shown ?? PLAINLY))
    },
  },
})

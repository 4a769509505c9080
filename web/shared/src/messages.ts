/** The typed messages of the public contract; the mirror of `services/messages/model.py`. */

export type Sender = 'citizen' | 'bot' | 'agent' | 'system'

export type Aspect =
  | 'materials' | 'conditions' | 'fee' | 'time' | 'where' | 'steps' | 'proxy' | 'online'
  | 'visits' | 'delivery' | 'result' | 'basis' | 'phone' | 'faq'

export interface Choice { label: string; payload: string }
export interface LabelValue { label: string; value: string }
export interface Item { guide_id: string; name: string; region: string; why: string; payload: string }
export interface Section { id: string; title: string }
export interface SituationAnswer { ask: string; answer: string }

export interface MaterialLine {
  name: string
  kind: string
  copies: number | null
  required: boolean
  waived_by: 'e_licence' | 'data_sharing' | null
  deferrable: boolean
  note: string | null
}

export type FieldSource = 'identity' | 'licence' | 'previous' | 'ocr' | 'citizen' | 'agent'
export type FieldType =
  | 'name' | 'id_number' | 'phone' | 'text' | 'long_text' | 'date' | 'address' | 'select' | 'number' | 'email' | 'image' | 'yes_no'

export interface FormField {
  name: string
  label: string
  type: FieldType
  value: unknown
  source: FieldSource | null
  locked: boolean
  required: boolean
  error: string | null
  options?: LabelValue[] | null
  help?: string | null
}

export interface Hall { id: string; name: string; address?: string | null; district?: string | null }
export interface Slot { slot_id: string; start: string; end: string; left: number; payload: string }
export interface Day { date: string; weekday: string; slots: Slot[]; note?: string | null }
export interface TimelineEntry { at: string; state: string; note?: string | null }
export interface Level { value: number; label: string; payload: string }

interface Base {
  seq: number
  id: string
  sender: Sender
  text: string
  created_at: string | null
  /** Echoed by servers that know it; lets a client recognise its own message. */
  client_message_id?: string | null
}

export interface TextMessage extends Base { type: 'text' }
export interface NoticeMessage extends Base { type: 'notice'; code: string }
export interface ChoicesMessage extends Base {
  type: 'choices'
  /** The question alone; `text` also lists the options. */
  prompt?: string
  choices: Choice[]
}
export interface ItemListMessage extends Base { type: 'item_list'; items: Item[]; choices?: Choice[] }

export interface GuideMessage extends Base {
  type: 'guide'
  guide_id: string
  version: number
  name: string
  region: string
  department: string | null
  summary: LabelValue[]
  sections: Section[]
  actions: Choice[]
  /** Other items that may have been meant, when this one was found with some doubt. */
  nearby?: Choice[]
  reviewed: boolean
  as_of: string | null
}

export interface AnswerMessage extends Base { type: 'answer'; guide_id: string; version: number; section: string; aspect: Aspect; nearby?: Choice[] }

export interface MaterialsMessage extends Base {
  type: 'materials'
  guide_id: string
  version: number
  situation: SituationAnswer[]
  materials: MaterialLine[]
}

export type FormState = 'draft' | 'ready' | 'submitted'

export interface FormMessage extends Base {
  type: 'form'
  form_id: string
  guide_id: string
  state: FormState
  url: string
  fields: FormField[]
  missing: string[]
  title?: string | null
}

export interface SlotsMessage extends Base { type: 'slots'; guide_id: string; hall: Hall; days: Day[] }

export type AppointmentState = 'held' | 'booked' | 'cancelled' | 'completed' | 'no_show'

export interface AppointmentMessage extends Base {
  type: 'appointment'
  appointment_id: string
  code: string
  state: AppointmentState
  guide_id: string
  hall: Hall
  start: string
  end: string
  bring: string[]
  ics_url: string
  qr_url: string
}

export interface CaseMessage extends Base {
  type: 'case'
  case_id: string
  number: string
  state: string
  guide_id: string
  timeline: TimelineEntry[]
  form_pdf_url: string | null
}

export interface HandoffMessage extends Base {
  type: 'handoff'
  state: 'queued' | 'connected' | 'closed' | 'ticket'
  position: number | null
  estimated_wait_s: number | null
  agent: string | null
  ticket_number: string | null
}

export interface RatingMessage extends Base { type: 'rating'; episode_id: string; levels: Level[] }

export type Message =
  | TextMessage | NoticeMessage | ChoicesMessage | ItemListMessage | GuideMessage | AnswerMessage | MaterialsMessage
  | FormMessage | SlotsMessage | AppointmentMessage | CaseMessage | HandoffMessage | RatingMessage

export type MessageType = Message['type']
export type MessageOf<T extends MessageType> = Extract<Message, { type: T }>

export type Owner = 'bot' | 'queue' | 'agent' | 'closed'
export interface Conversation { id: string; owner: Owner; version: number }

export interface Outcome {
  code: 'answered' | 'partial' | 'clarifying' | 'no_answer' | 'handed_off' | 'failed'
  guide_id?: string | null
  guide_version?: number | null
  section?: string | null
  candidates: { guide_id: string; name: string; score: number }[]
}

export interface TurnReply { messages: Message[]; conversation: Conversation; outcome: Outcome | null }

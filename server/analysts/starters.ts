import type { Catalog } from '../../contract/catalog.ts'
import type { Starter } from '../../contract/conversation.ts'
import { workingQuestions } from './basic/read-question.ts'

const MOST_STARTERS = 6

/** Questions that the shape of the data invites and that the basic analyst reads without doubt, best first, at most six. */
export const starterQuestions = (catalog: Catalog): Starter[] => workingQuestions(catalog, new Date(0), MOST_STARTERS)

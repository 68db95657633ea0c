import type { Endpoint } from './endpoint.ts'
import { checkpointEndpoints } from './endpoints/checkpoint.ts'
import { continuationEndpoints } from './endpoints/continuation.ts'
import { conversationEndpoints } from './endpoints/conversation.ts'
import { dashboardEndpoints } from './endpoints/dashboard.ts'
import { ledgerEndpoints } from './endpoints/ledger.ts'
import { memberEndpoints } from './endpoints/member.ts'
import { modelEndpoints } from './endpoints/model.ts'
import { personEndpoints } from './endpoints/person.ts'
import { pythonEndpoints } from './endpoints/python.ts'
import { recipientEndpoints } from './endpoints/recipient.ts'
import { resultEndpoints } from './endpoints/result.ts'
import { scheduleEndpoints } from './endpoints/schedule.ts'
import { shareEndpoints } from './endpoints/share.ts'
import { sourceEndpoints } from './endpoints/source.ts'
import { telegramEndpoints } from './endpoints/telegram.ts'
import { tenantEndpoints } from './endpoints/tenant.ts'
import { turnEndpoints } from './endpoints/turn.ts'
import { uploadEndpoints } from './endpoints/upload.ts'

/** All JSON endpoints, a file per noun. Byte and stream routes (uploads, events, exports, the public page) stand in `docs/guide/api.md` and `openapi.ts`. */
export const endpoints = {
  ...dashboardEndpoints,
  ...personEndpoints,
  ...memberEndpoints,
  ...tenantEndpoints,
  ...conversationEndpoints,
  ...turnEndpoints,
  ...checkpointEndpoints,
  ...shareEndpoints,
  ...recipientEndpoints,
  ...continuationEndpoints,
  ...ledgerEndpoints,
  ...resultEndpoints,
  ...pythonEndpoints,
  ...sourceEndpoints,
  ...telegramEndpoints,
  ...modelEndpoints,
  ...scheduleEndpoints,
  ...uploadEndpoints,
} as const satisfies Record<string, Endpoint>

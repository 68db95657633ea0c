import { z } from 'zod'
import { Done, define } from '../endpoint.ts'
import { ScheduleId } from '../id.ts'
import { DeliveryWays, Schedule, ScheduleChange, ScheduleInput, ScheduleRun, ScheduleTime } from '../schedule.ts'

const params = z.object({ id: ScheduleId })

export const scheduleEndpoints = {
  listSchedules: define({
    method: 'GET',
    path: '/api/schedules',
    summary: 'My schedules, and which ways out are open to me',
    output: z.object({ items: z.array(Schedule), ways: DeliveryWays, nextCursor: z.null() }),
    errors: [],
  }),
  createSchedule: define({
    method: 'POST',
    path: '/api/schedules',
    summary: 'Ask a question or refresh a dashboard later, once or again and again',
    body: ScheduleInput,
    output: Schedule,
    status: 201,
    errors: ['forbidden', 'not-found', 'limit-exceeded'],
  }),
  previewSchedule: define({
    method: 'POST',
    path: '/api/schedules/preview',
    summary: 'When it would run: the next five times',
    body: z.object({ time: ScheduleTime }),
    output: z.object({ times: z.array(z.string()) }),
    errors: [],
  }),
  readSchedule: define({
    method: 'GET',
    path: '/api/schedules/:id',
    summary: 'A schedule with its last runs',
    params,
    output: z.object({ schedule: Schedule, runs: z.array(ScheduleRun) }),
    errors: ['not-found'],
  }),
  changeSchedule: define({
    method: 'PATCH',
    path: '/api/schedules/:id',
    summary: 'Change, pause or resume a schedule',
    params,
    body: ScheduleChange,
    output: Schedule,
    errors: ['forbidden', 'not-found'],
  }),
  deleteSchedule: define({
    method: 'DELETE',
    path: '/api/schedules/:id',
    summary: 'Delete a schedule',
    params,
    output: Done,
    errors: ['not-found'],
  }),
  restoreSchedule: define({
    method: 'POST',
    path: '/api/schedules/:id/restore',
    summary: 'Take a deleted schedule back',
    params,
    output: Done,
    errors: ['not-found'],
  }),
  runSchedule: define({
    method: 'POST',
    path: '/api/schedules/:id/run',
    summary: 'Run it now; its cooldown is not looked at',
    params,
    output: ScheduleRun,
    status: 202,
    errors: ['forbidden', 'not-found', 'conflict'],
  }),
}

import { z } from 'zod'
import { conversationParams, Done, define } from '../endpoint.ts'
import { PythonVariable } from '../python.ts'

export const pythonEndpoints = {
  listVariables: define({
    method: 'GET',
    path: '/api/conversations/:id/python/variables',
    summary: 'Names that the Python cells of a conversation made; empty while no session lives',
    params: conversationParams,
    output: z.object({ items: z.array(PythonVariable) }),
    errors: ['not-found'],
  }),
  restartPython: define({
    method: 'POST',
    path: '/api/conversations/:id/python/restart',
    summary: 'End the Python session; the next cell begins with nothing',
    params: conversationParams,
    output: Done,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
}

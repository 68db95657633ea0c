import { z } from 'zod'
import { Done, define } from '../endpoint.ts'
import { ModelId } from '../id.ts'
import { LocalModelServer, Model, ModelBudget, ModelConfig, ModelState } from '../model.ts'

const params = z.object({ id: ModelId })
const name = z.string().trim().min(1).max(100)

export const modelEndpoints = {
  listModels: define({
    method: 'GET',
    path: '/api/models',
    summary: 'Models that may be asked',
    output: z.object({ items: z.array(Model), nextCursor: z.null() }),
    errors: [],
  }),
  createModel: define({
    method: 'POST',
    path: '/api/models',
    summary: 'Connect a model; it is kept whether or not its test call came through, and says which',
    body: z.object({ name, config: ModelConfig }),
    output: Model,
    status: 201,
    errors: ['forbidden', 'conflict'],
  }),
  tryModel: define({
    method: 'POST',
    path: '/api/models/test',
    summary: 'A small test call to a model that is not kept yet, or to a change of a kept one',
    body: z.object({ config: ModelConfig, modelId: ModelId.optional() }),
    output: ModelState,
    errors: ['forbidden', 'not-found'],
  }),
  findLocalModels: define({
    method: 'GET',
    path: '/api/models/local',
    summary: "Model servers on the usual ports of the server's own machine",
    output: z.object({ items: z.array(LocalModelServer), nextCursor: z.null() }),
    errors: ['forbidden'],
  }),
  readModelBudget: define({
    method: 'GET',
    path: '/api/models/budget',
    summary: 'How many tokens a question and a day may take, and how many today took',
    output: ModelBudget.extend({ usedToday: z.number().int() }),
    errors: ['forbidden'],
  }),
  changeModelBudget: define({
    method: 'PATCH',
    path: '/api/models/budget',
    summary: 'Set how many tokens a question and a day may take',
    body: ModelBudget.partial(),
    output: ModelBudget.extend({ usedToday: z.number().int() }),
    errors: ['forbidden'],
  }),
  changeModel: define({
    method: 'PATCH',
    path: '/api/models/:id',
    summary: 'Rename, reconnect or make it the default; what is left out stays',
    params,
    body: z.object({ name: name.optional(), config: ModelConfig.optional(), isDefault: z.literal(true).optional() }),
    output: Model,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  deleteModel: define({
    method: 'DELETE',
    path: '/api/models/:id',
    summary: 'Forget a model and its key',
    params,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  testModel: define({
    method: 'POST',
    path: '/api/models/:id/test',
    summary: 'A small test call now',
    params,
    output: ModelState,
    errors: ['not-found', 'forbidden'],
  }),
}

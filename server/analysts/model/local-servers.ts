import { z } from 'zod'
import type { LocalModelServer } from '../../../contract/model.ts'

export interface UsualPort {
  readonly name: string
  readonly port: number
}

/** Where such servers listen when nobody told them otherwise. */
export const usualPorts: readonly UsualPort[] = [
  { name: 'Ollama', port: 11_434 },
  { name: 'LM Studio', port: 1234 },
  { name: 'vLLM', port: 8000 },
]

const LOOK_TIMEOUT_MS = 1_500
const Listed = z.object({ data: z.array(z.object({ id: z.string() })) })

/** The servers among these ports of this machine that speak OpenAI's protocol. */
export async function findLocalServers(ports: readonly UsualPort[]): Promise<LocalModelServer[]> {
  const found = await Promise.all(
    ports.map(async ({ name, port }): Promise<LocalModelServer[]> => {
      const baseUrl = `http://127.0.0.1:${port}/v1`
      const models = await listModels(baseUrl)
      return models ? [{ name, baseUrl, models }] : []
    }),
  )
  return found.flat()
}

/** The models that a server says it has; nothing where it does not answer as such a server does. */
export async function listModels(baseUrl: string, key?: string): Promise<string[] | undefined> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, {
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    })
    return Listed.parse(await response.json()).data.map(({ id }) => id)
  } catch {
    return undefined
  }
}

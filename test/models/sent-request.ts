import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { z } from 'zod'

/** A request as a script looks at it, whatever its protocol. */
export interface Sent {
  readonly protocol: 'openai' | 'anthropic'
  readonly headers: IncomingHttpHeaders
  readonly isStreamed: boolean
  readonly model: string
  readonly system: string
  /** Without the system message; of a tool's answer its text. */
  readonly messages: readonly { readonly role: string; readonly text: string }[]
  readonly tools: readonly string[]
  /** What the last tool answered, where the last message is such an answer. */
  readonly toolResult: string | undefined
  /** The question: the last thing that a person said. */
  readonly question: string
  readonly body: string
}

const Content = z.union([z.string(), z.null(), z.array(z.looseObject({ type: z.string() }))]).optional()
const OpenAiBody = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
})
const AnthropicBody = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  system: Content,
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
})

export function readSent(request: IncomingMessage, body: string): Sent {
  const isAnthropic = request.url?.endsWith('/messages') === true
  const read = isAnthropic ? AnthropicBody.parse(JSON.parse(body)) : OpenAiBody.parse(JSON.parse(body))
  const told = read.messages.flatMap(({ role, content }) => messagesOf(role, content))
  const system = isAnthropic
    ? textOf(AnthropicBody.parse(read).system)
    : told
        .filter(({ role }) => role === 'system')
        .map(({ text }) => text)
        .join('\n')
  const messages = told.filter(({ role }) => role !== 'system')
  const last = messages.at(-1)
  return {
    protocol: isAnthropic ? 'anthropic' : 'openai',
    headers: request.headers,
    isStreamed: read.stream === true,
    model: read.model,
    system,
    messages,
    tools: isAnthropic
      ? (AnthropicBody.parse(read).tools ?? []).map(({ name }) => name)
      : (OpenAiBody.parse(read).tools ?? []).map((tool) => tool.function.name),
    toolResult: last?.role === 'tool' ? last.text : undefined,
    question: messages.findLast(({ role }) => role === 'user')?.text ?? '',
    body,
  }
}

/** Anthropic sends what tools answered as blocks of a person's message. */
function messagesOf(role: string, content: z.infer<typeof Content>): { role: string; text: string }[] {
  const answers = Array.isArray(content) ? content.filter(({ type }) => type === 'tool_result') : []
  if (answers.length === 0) return [{ role, text: textOf(content) }]
  return answers.map((block) => ({ role: 'tool', text: textOf(block['content'] as z.infer<typeof Content>) }))
}

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((block) => (typeof block['text'] === 'string' ? block['text'] : '')).join('')
}

import type { ServerResponse } from 'node:http'
import type { Fault, Saying } from './reply.ts'

/** Text in pieces, as a stream brings it: at odd places, on purpose. */
const pieces = (text: string): string[] => text.match(text.length > 10_000 ? /[\s\S]{1,997}/g : /[\s\S]{1,7}/g) ?? []
const argumentsOf = (input: object | string): string => (typeof input === 'string' ? input : JSON.stringify(input))

type Written = Saying | Exclude<Fault, { fault: 'status' }>

/** A script of server-sent events, with the faults that can befall one. */
function startStream(response: ServerResponse): (data: object | string, event?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  return (data, event) => {
    response.write(`${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
  }
}

export async function writeOpenAi(response: ServerResponse, reply: Written, isStreamed: boolean): Promise<void> {
  const frame = { id: 'chatcmpl-1', created: 1, model: 'scripted' }
  const finish = 'fault' in reply ? 'stop' : (reply.finish?.replace('-', '_') ?? (reply.calls ? 'tool_calls' : 'stop'))
  if (!isStreamed) {
    if ('fault' in reply) return response.destroy() && undefined
    const message = {
      role: 'assistant',
      content: reply.text ?? null,
      ...(reply.thought ? { reasoning_content: reply.thought } : {}),
      ...(reply.calls ? { tool_calls: reply.calls.map((call, at) => openAiCall(call, at)) } : {}),
    }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        ...frame,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: finish }],
        usage: openAiUse(reply),
      }),
    )
    return
  }
  const write = startStream(response)
  const delta = (content: object, finish_reason: string | null = null) =>
    write({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta: content, finish_reason }] })
  if ('fault' in reply) {
    if (reply.fault === 'bad-json') {
      write('{"id": "chatcmpl-1", "choices": [{')
      response.end()
    } else if (reply.fault === 'cut') {
      for (const content of pieces(reply.after)) delta({ content })
      await new Promise((resolve) => setTimeout(resolve, 150))
      response.destroy()
    }
    return
  }
  for (const reasoning_content of pieces(reply.thought ?? '')) delta({ reasoning_content })
  for (const content of pieces(reply.text ?? '')) delta({ content })
  for (const [index, call] of (reply.calls ?? []).entries()) {
    delta({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name: call.name, arguments: '' } }] })
    for (const part of pieces(argumentsOf(call.input))) delta({ tool_calls: [{ index, function: { arguments: part } }] })
  }
  delta({}, finish)
  write({ ...frame, object: 'chat.completion.chunk', choices: [], usage: openAiUse(reply) })
  write('[DONE]')
  response.end()
}

const openAiCall = ({ name, input }: { name: string; input: object | string }, at: number) => ({
  id: `call_${at}`,
  type: 'function',
  function: { name, arguments: argumentsOf(input) },
})

const openAiUse = ({ inputTokens = 100, outputTokens = 20 }: Saying) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
})

export async function writeAnthropic(response: ServerResponse, reply: Written): Promise<void> {
  const write = startStream(response)
  const event = (type: string, data: object) => write({ type, ...data }, type)
  const usage = 'fault' in reply ? {} : { input_tokens: reply.inputTokens ?? 100, output_tokens: reply.outputTokens ?? 20 }
  event('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'scripted',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 100, output_tokens: 1, ...usage },
    },
  })
  let index = 0
  const block = (content_block: object, deltas: readonly object[]) => {
    event('content_block_start', { index, content_block })
    for (const delta of deltas) event('content_block_delta', { index, delta })
    event('content_block_stop', { index })
    index += 1
  }
  if ('fault' in reply) {
    if (reply.fault === 'bad-json') {
      write('{"type": "content_block_start",', 'content_block_start')
      response.end()
    } else if (reply.fault === 'cut') {
      event('content_block_start', { index, content_block: { type: 'text', text: '' } })
      for (const text of pieces(reply.after)) event('content_block_delta', { index, delta: { type: 'text_delta', text } })
      await new Promise((resolve) => setTimeout(resolve, 150))
      response.destroy()
    }
    return
  }
  if (reply.thought)
    block({ type: 'thinking', thinking: '' }, [
      ...pieces(reply.thought).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'signed-by-the-script' },
    ])
  if (reply.text)
    block(
      { type: 'text', text: '' },
      pieces(reply.text).map((text) => ({ type: 'text_delta', text })),
    )
  for (const [at, { name, input }] of (reply.calls ?? []).entries())
    block(
      { type: 'tool_use', id: `toolu_${at}`, name, input: {} },
      pieces(argumentsOf(input)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    )
  const stop_reason =
    reply.finish === 'content-filter'
      ? 'refusal'
      : reply.finish === 'length'
        ? 'max_tokens'
        : reply.calls
          ? 'tool_use'
          : 'end_turn'
  event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: reply.outputTokens ?? 20 } })
  event('message_stop', {})
  response.end()
}

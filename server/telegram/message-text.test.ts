import { expect, test } from 'vitest'
import { CAPTION_LENGTH, cutLine, MESSAGE_LENGTH, messagesOf } from './message-text.ts'

/** Elements that are open where a message ends. */
function openIn(html: string): string[] {
  const open: string[] = []
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash) expect(open.pop()).toBe(name)
    else open.push(name)
  }
  return open
}
const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

test('a long answer comes in messages that Telegram takes, whole elements each, and nothing is lost', () => {
  const words = Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(' ')
  const signs = '<&>'.repeat(2_000)
  const faces = '😀'.repeat(5_000)
  const code = Array.from({ length: 900 }, (_, index) => `${' '.repeat(index % 5)}SELECT ${index} < 1 AND 'x&y'`).join('\n')
  for (const text of [words, signs, faces]) {
    const messages = messagesOf(text)
    expect(messages.length).toBeGreaterThan(1)
    for (const message of messages) {
      expect(message.length).toBeLessThanOrEqual(MESSAGE_LENGTH)
      expect(openIn(message)).toEqual([])
      expect(message.isWellFormed()).toBe(true)
    }
    expect(messages.map(plain).join(' ').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  }
  const inCode = messagesOf(`\`\`\`sql\n${code}\n\`\`\``)
  expect(inCode.length).toBeGreaterThan(1)
  for (const message of inCode) {
    expect(message.length).toBeLessThanOrEqual(MESSAGE_LENGTH)
    expect(message.startsWith('<pre>') && message.endsWith('</pre>')).toBe(true)
  }
  expect(inCode.map(plain).join('\n')).toBe(code)
})

test('a table of Markdown becomes lines without a pipe, and short blocks share a message', () => {
  const messages = messagesOf('# Sales\n\n**North** leads.\n\n| region | amount |\n| --- | --- |\n| North | 10 |\n| South | 5 |')
  expect(messages).toEqual(['<b>Sales</b>\n\n<b>North</b> leads.\n\nregion: North; amount: 10\nregion: South; amount: 5'])
})

test('what is no link of the web is no link, and a caption is one line that fits', () => {
  expect(messagesOf('[a](javascript:alert(1)) [b](https://qry.example/?a=1&b=2)')).toEqual([
    'a <a href="https://qry.example/?a=1&amp;b=2">b</a>',
  ])
  expect(cutLine('x'.repeat(2_000))).toHaveLength(CAPTION_LENGTH)
})

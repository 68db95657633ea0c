import { KnownError } from '../../contract/error.ts'
import { AnalystName } from '../../contract/turn.ts'
import { formatPlural } from '../../render/format-cell.ts'
import { escapeText } from '../../render/html.ts'
import { audit } from '../tenancy/audit.ts'
import { changeChat, currentConversation, newConversation, pageOf, reply, requireConversation, type Talk } from './talk.ts'

interface Command {
  /** What stands in Telegram's menu. */
  readonly does: string
  /** Its answer is for the person alone, so that it is not given in a group. */
  readonly isPrivate?: boolean
  run(talk: Talk, words: string): Promise<void>
}

const LISTED = 10
const askable = AnalystName.options.filter((name) => name !== 'hand')

/** What people who are linked can write; `/login` is for strangers and stands in hear.ts. */
export const commands: Readonly<Record<string, Command>> = {
  new: { does: 'Begin a new conversation', run: startAnew },
  list: { does: 'My latest conversations', isPrivate: true, run: list },
  open: { does: 'Go on with one: /open 2', isPrivate: true, run: open },
  sources: { does: 'Data sources I may ask', isPrivate: true, run: listSources },
  use: { does: 'Ask this source: /use sales', isPrivate: true, run: useSource },
  model: { does: 'Who answers: /model basic', isPrivate: true, run: chooseModel },
  stop: { does: 'Stop what is running', run: stop },
  share: { does: 'Make this conversation public, or bring its link up to date', run: share },
  unshare: { does: 'Close the link', run: unshare },
  whoami: { does: 'Who I am here', isPrivate: true, run: tellWho },
  logout: { does: 'Unlink me', isPrivate: true, run: logOut },
  help: { does: 'What I can write', run: help },
}

async function help(talk: Talk): Promise<void> {
  const lines = Object.entries(commands).map(([name, { does }]) => `/${name} – ${escapeText(does)}`)
  await reply(talk, `Ask a question in your own words, or send a file to ask about.\n\n${lines.join('\n')}`)
}

async function startAnew(talk: Talk): Promise<void> {
  const id = await newConversation(talk)
  const { sourceId } = await talk.rooms.conversations.summary(talk.actor, id)
  const source = sourceId && (await talk.rooms.sources.read(talk.actor, sourceId))
  await reply(
    talk,
    source
      ? `A new conversation about <b>${escapeText(source.name)}</b>. Ask.`
      : 'A new conversation. Send a file or choose a source with /sources, then ask.',
  )
}

async function list(talk: Talk): Promise<void> {
  const { actor, rooms, chat } = talk
  const found = await rooms.conversations.list(actor, { offset: 0, limit: LISTED })
  if (found.length === 0) return reply(talk, 'You have no conversations yet. Ask something.')
  const shared = await rooms.sharing.sharedAmong(
    actor,
    found.map(({ id }) => id),
  )
  const lines = found.map(({ id, title }, place) => {
    const marks = [...(id === chat.conversationId ? ['current'] : []), ...(shared.has(id) ? ['public'] : [])]
    return `${place + 1}. ${escapeText(title)}${marks.length > 0 ? ` <i>(${marks.join(', ')})</i>` : ''}`
  })
  await reply(talk, `${lines.join('\n')}\n\nGo on with one: /open 1`)
}

async function open(talk: Talk, words: string): Promise<void> {
  const { actor, rooms } = talk
  const found = await rooms.conversations.list(actor, { offset: 0, limit: LISTED })
  const lower = words.toLowerCase()
  const chosen =
    found[Number(words) - 1] ?? (words ? found.find(({ title }) => title.toLowerCase().startsWith(lower)) : undefined)
  if (!chosen) throw new KnownError('not-found', 'Which one? Write its number of /list: /open 1')
  await changeChat(talk, { conversationId: chosen.id, sourceId: chosen.sourceId ?? null })
  const page = await pageOf(talk, chosen.id)
  const where = page ? `\n${escapeText(page)}` : ''
  await reply(talk, `<b>${escapeText(chosen.title)}</b>, ${formatPlural(chosen.turnCount, 'question')}. Go on asking.${where}`)
}

async function listSources(talk: Talk): Promise<void> {
  const sources = await talk.rooms.sources.list(talk.actor)
  if (sources.length === 0) return reply(talk, 'There is no data source that you may ask. Send a file instead.')
  const lines = sources.map(({ id, name, kind }, place) => {
    return `${place + 1}. ${escapeText(name)} <i>(${kind}${id === talk.chat.sourceId ? ', in use' : ''})</i>`
  })
  await reply(talk, `${lines.join('\n')}\n\nAsk one: /use 1. Back to files: /use none`)
}

async function useSource(talk: Talk, words: string): Promise<void> {
  const { actor, rooms } = talk
  const sources = await rooms.sources.list(actor)
  const lower = words.toLowerCase()
  const chosen = sources[Number(words) - 1] ?? sources.find(({ name }) => name.toLowerCase() === lower)
  if (!chosen && lower !== 'none')
    throw new KnownError('not-found', 'Which source? Write its number or name: /use 1. See /sources')
  const current = await currentConversation(talk)
  const sourceId = chosen?.id ?? null
  if (current) await rooms.conversations.change(actor, current, { sourceId })
  await changeChat(talk, { sourceId })
  await reply(
    talk,
    chosen ? `Questions go to <b>${escapeText(chosen.name)}</b> now.` : 'Questions go to the files of the conversation now.',
  )
}

async function chooseModel(talk: Talk, words: string): Promise<void> {
  const chosen = askable.find((name) => name === words.toLowerCase())
  if (words && !chosen) throw new KnownError('not-found', `There is no “${words}”. There is: ${askable.join(', ')}.`)
  if (chosen) await changeChat(talk, { analyst: chosen })
  const now = chosen ?? talk.chat.analyst ?? askable[0]
  await reply(talk, `Who answers: <b>${now}</b>. There is: ${askable.join(', ')}.`)
}

async function stop(talk: Talk): Promise<void> {
  const id = await requireConversation(talk)
  const running = (await talk.rooms.conversations.turns(talk.actor, id)).find((turn) => turn.status === 'running')
  if (!running) return reply(talk, 'Nothing is running.')
  await talk.rooms.conversations.cancel(talk.actor, id, running.id)
}

async function share(talk: Talk): Promise<void> {
  const { actor, rooms } = talk
  const id = await requireConversation(talk)
  if (!rooms.origin)
    throw new KnownError(
      'unavailable',
      'The server does not know its own address, so there is no link to give: an admin sets QRY_ORIGIN.',
    )
  const origin = await rooms.tenancy.tenants.originOf(actor, rooms.origin)
  const before = await rooms.sharing.state(actor, id, origin)
  const now = await rooms.sharing.share(actor, id, origin)
  if (now.visibility !== 'public') throw new Error('the link was not made')
  const { contents, findings } = await rooms.sharing.check(actor, id)
  const counts = [
    formatPlural(contents.turns, 'turn'),
    formatPlural(contents.tables, 'table'),
    formatPlural(contents.charts, 'chart'),
    formatPlural(contents.files.length, 'file'),
  ].join(', ')
  const head = before.visibility === 'public' ? 'The link has everything up to now' : 'Anyone with the link can see this'
  const warning =
    findings.length > 0
      ? `\n\nLook at it in QRY: ${formatPlural(findings.length, 'place')} may hold secrets or personal data. /unshare closes the link.`
      : ''
  await reply(talk, `${escapeText(now.url)}\n\n${head}: ${counts}.${warning}`)
}

async function unshare(talk: Talk): Promise<void> {
  const id = await requireConversation(talk)
  await talk.rooms.sharing.revoke(talk.actor, id)
  await reply(talk, 'Private: no link opens this any more. /share makes a new one.')
}

async function tellWho(talk: Talk): Promise<void> {
  const { user, tenant, role } = await talk.rooms.tenancy.me(talk.actor)
  await reply(
    talk,
    `${escapeText(user.name)} (${escapeText(user.email)}), ${escapeText(role)} in <b>${escapeText(tenant.name)}</b>.`,
  )
}

async function logOut(talk: Talk): Promise<void> {
  const { actor, rooms, place } = talk
  await rooms.chats.unlink(place)
  await audit(rooms.database.write(actor), actor, 'telegram-logout', place.personId, {}, rooms.clock)
  await reply(talk, 'You are a stranger to me again. The token still works until you revoke it in QRY.')
}

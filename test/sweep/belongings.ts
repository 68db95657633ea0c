import { DatabaseSync } from 'node:sqlite'
import type { IdentityProviderServer } from '../identity-provider.ts'
import type { Person } from '../person.ts'

/** One of everything that a tenant may have. */
export interface Belongings {
  readonly conversationId: string
  readonly turnId: string
  readonly checkpointId: string
  readonly digest: string
  readonly uploadId: string
  readonly memberId: string
  readonly tenantId: string
  readonly groupId: string
  readonly invitationId: string
  readonly role: string
  readonly sourceId: string
  readonly providerId: string
  readonly modelId: string
  readonly sessionId: string
  readonly keyId: string
  readonly shareId: string
  readonly token: string
  readonly linkId: string
  readonly dashboardId: string
  readonly tileId: string
  readonly telegramTokenId: string
  readonly scheduleId: string
}

type Listed = { readonly items: readonly { readonly id: string }[] }

/** Has an owner make one of everything. `signedIn`: the same person with a session, `path`: where a file of theirs may be made. */
export async function makeBelongings(
  owner: Person,
  signedIn: Person,
  { provider, path }: { readonly provider: IdentityProviderServer; readonly path: string },
): Promise<Belongings> {
  const made = async <Body>(method: string, at: string, body?: unknown): Promise<Body> => {
    const answer = await owner.call<Body>(method, at, body)
    if (answer.status >= 300) throw new Error(`${method} ${at}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const idOf = async (method: string, at: string, body?: unknown): Promise<string> =>
    (await made<{ id: string }>(method, at, body)).id
  const firstOf = async (at: string): Promise<string> => (await made<Listed>('GET', at)).items.at(-1)?.id ?? ''

  const shop = new DatabaseSync(path)
  shop.exec('CREATE TABLE boats (name TEXT)')
  shop.close()
  const { body: upload } = await owner.upload({ name: 'orders.csv', text: 'region,amount\nHarbour,4711\nSouth,50\n' })
  const conversation = await owner.conversation([upload.id], 'Harbour dues')
  const turn = await owner.ask(conversation.id, 'total amount by region')
  const at = `/api/conversations/${conversation.id}`
  const memberId = (await made<Listed>('GET', '/api/members')).items[1]?.id ?? ''
  await made('POST', '/api/roles', { name: 'harbour-master', permissions: [] })
  await made('POST', `${at}/checkpoints`, { name: 'Harbour mark' })
  const share = await owner.share(conversation.id, 'public')
  if (share.body.visibility !== 'public') throw new Error(JSON.stringify(share.body))
  const dashboard = await made<{ id: string; tiles: Listed['items'] }>('POST', '/api/dashboards', {
    name: 'Harbour board',
    tiles: [{ title: 'Harbour dues', conversationId: conversation.id, sql: 'SELECT region, amount FROM orders' }],
  })
  return {
    tenantId: (await made<{ tenant: { id: string } }>('GET', '/api/me')).tenant.id,
    dashboardId: dashboard.id,
    tileId: dashboard.tiles[0]?.id ?? '',
    linkId: await idOf('POST', `${at}/share/links`, { label: 'Harbour bank' }),
    // NOTE: a key makes no tokens.
    telegramTokenId: (await signedIn.call<{ id: string }>('POST', '/api/me/telegram-tokens', {})).body.id,
    scheduleId: await idOf('POST', '/api/schedules', {
      name: 'Harbour dues on New Year',
      subject: { kind: 'question', conversationId: conversation.id, question: 'total amount by region' },
      time: { kind: 'cron', pattern: '0 9 1 1 *', zone: 'Europe/Oslo' },
      delivery: { email: false, telegram: false },
    }),
    conversationId: conversation.id,
    turnId: turn.id,
    digest: turn.tables[0]?.digest ?? '',
    uploadId: upload.id,
    memberId,
    role: 'harbour-master',
    token: share.body.token,
    checkpointId: await firstOf(`${at}/checkpoints`),
    groupId: await idOf('POST', '/api/groups', { name: 'Harbour crew', members: [memberId] }),
    invitationId: await idOf('POST', '/api/invitations', { email: 'new@harbour.example', role: 'viewer' }),
    sourceId: await idOf('POST', '/api/sources', { kind: 'sqlite', name: 'Harbour boats', config: { path } }),
    providerId: await idOf('POST', '/api/identity-providers', {
      name: 'Harbour office',
      issuer: provider.issuer,
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
    }),
    modelId: await idOf('POST', '/api/models', {
      name: 'Harbour model',
      config: { provider: 'openai-compatible', model: 'x', baseUrl: 'http://127.0.0.1:1/v1' },
    }),
    sessionId: (await signedIn.call<Listed>('GET', '/api/me/sessions')).body.items[0]?.id ?? '',
    keyId: await firstOf('/api/me/keys'),
    shareId: await firstOf('/api/shares'),
  }
}

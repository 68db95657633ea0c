import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import type { BotMode, NewTelegramToken, TelegramBot } from '../../contract/telegram.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useTelegramBot, useTelegramTokens } from '../client/settings-queries.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted, formatDay, formatMoment } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Block, MomentCell, Section, Sheet } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** The tenant's bot, and the tokens with which I link myself to it. */
export function TelegramSection({ me }: { readonly me: Me }) {
  const bot = useTelegramBot()
  const mayManage = me.permissions.includes('tenant:manage')
  return (
    <Section title="Telegram" lead="Ask, share and send files from a chat, with the rights that you have here.">
      <Loaded of={bot} label="Loading the bot">
        {({ bot: connected }) => (
          <>
            <Block title="The bot">
              <BotState bot={connected} mayManage={mayManage} />
            </Block>
            <Block title="Your tokens">
              <Tokens bot={connected} />
            </Block>
          </>
        )}
      </Loaded>
    </Section>
  )
}

function BotState({ bot, mayManage }: { readonly bot: TelegramBot | null; readonly mayManage: boolean }) {
  const [dialog, setDialog] = useState<'connect' | 'remove'>()
  const close = () => setDialog(undefined)
  const how = bot?.mode === 'webhook' ? 'Telegram calls the server.' : 'The server asks Telegram.'
  return (
    <>
      {bot ? (
        <p>
          <b>@{bot.username}</b> <span className="dim">{how}</span>
        </p>
      ) : (
        <p className="dim">
          {mayManage ? 'No bot yet. @BotFather in Telegram makes one.' : 'No bot yet. An admin can connect one.'}
        </p>
      )}
      {bot?.problem && (
        <p className="note bad" role="alert">
          {bot.problem}
        </p>
      )}
      {mayManage && (
        <p>
          <button type="button" className="btn" onClick={() => setDialog('connect')}>
            {bot ? 'Change…' : 'Connect a bot…'}
          </button>{' '}
          {bot && (
            <button type="button" className="btn q" onClick={() => setDialog('remove')}>
              Disconnect…
            </button>
          )}
        </p>
      )}
      {dialog === 'connect' && <ConnectBot bot={bot} onClose={close} />}
      {dialog === 'remove' && bot && <RemoveBot bot={bot} onClose={close} />}
    </>
  )
}

const modes = [
  ['polling', 'The server asks Telegram; needs no public address'],
  ['webhook', 'Telegram calls the server; needs its public address'],
] as const

function ConnectBot({ bot, onClose }: { readonly bot: TelegramBot | null; readonly onClose: () => void }) {
  const [token, setToken] = useState('')
  const [mode, setMode] = useState<BotMode>(bot?.mode ?? 'polling')
  const given = token.trim() === '' ? {} : { token: token.trim() }
  const connect = useAct(() => call(endpoints.changeTelegramBot, { body: { ...given, mode } }), {
    refresh: [settingsKeys.telegramBot],
    said: ({ bot: now }) => ({ text: `@${now?.username} is connected.` }),
    onDone: onClose,
    isForm: true,
  })
  const test = useAct(() => call(endpoints.testTelegramBot, { body: given }), {
    isForm: true,
    said: ({ username }) => ({ text: `Telegram knows it as @${username}.` }),
  })
  const canAct = bot !== null || token.trim() !== ''
  return (
    <FormDialog
      title={bot ? 'Change the bot' : 'Connect a bot'}
      act="Connect"
      error={refusalOf(connect.error ?? test.error)}
      isBusy={connect.isPending || test.isPending}
      canAct={canAct}
      onAct={() => connect.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Token of the bot"
        type="password"
        autoComplete="off"
        placeholder={bot ? 'Empty keeps the present one' : '123456789:AAF…'}
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <SelectField
        label="How it hears"
        value={mode}
        choices={modes}
        onPick={(value) => setMode(value === 'webhook' ? value : 'polling')}
      />
      <p>
        <button type="button" className="btn" disabled={!canAct || test.isPending} onClick={() => test.mutate(undefined)}>
          Test
        </button>
      </p>
    </FormDialog>
  )
}

function RemoveBot({ bot, onClose }: { readonly bot: TelegramBot; readonly onClose: () => void }) {
  const remove = useAct(() => call(endpoints.removeTelegramBot, {}), {
    refresh: [settingsKeys.telegramBot],
    said: () => ({ text: `@${bot.username} is disconnected.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={`Disconnect @${bot.username}?`}
      act="Disconnect"
      cancel="Keep it"
      isGrave
      error={refusalOf(remove.error)}
      isBusy={remove.isPending}
      onAct={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">It stops answering, and everybody is unlinked. Conversations and links stay.</p>
    </FormDialog>
  )
}

function Tokens({ bot }: { readonly bot: TelegramBot | null }) {
  const tokens = useTelegramTokens()
  const [isMaking, setIsMaking] = useState(false)
  const [made, setMade] = useState<NewTelegramToken>()
  const revoke = useAct((id: NewTelegramToken['id']) => call(endpoints.revokeTelegramToken, { params: { id } }), {
    refresh: [settingsKeys.telegramTokens],
    said: () => ({ text: 'The token is revoked; its chats are unlinked.' }),
  })
  return (
    <>
      <Loaded of={tokens} label="Loading tokens">
        {({ items }) =>
          items.length === 0 ? (
            <p className="dim">No tokens yet. One token links you to the bot: write /login and the token to it, in private.</p>
          ) : (
            <Sheet label="Tokens" heads={['Token', 'Made#', 'Last used#', 'Ends#', '']} foot={counted(items.length, 'token')}>
              {items.map((token) => (
                <tr key={token.id}>
                  <td className="mono">qry_msg_…{token.ending}</td>
                  <MomentCell>{formatDay(token.createdAt)}</MomentCell>
                  <MomentCell>{token.usedAt ? formatMoment(token.usedAt) : undefined}</MomentCell>
                  <MomentCell>{formatDay(token.expiresAt)}</MomentCell>
                  <td className="acts">
                    <button
                      type="button"
                      className="btn q"
                      aria-label={`Revoke the token that ends in ${token.ending}`}
                      onClick={() => revoke.mutate(token.id)}
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </Sheet>
          )
        }
      </Loaded>
      <p>
        <button type="button" className="btn" onClick={() => setIsMaking(true)}>
          New token…
        </button>
      </p>
      {isMaking && (
        <MakeToken
          onClose={() => setIsMaking(false)}
          onMade={(token) => {
            setIsMaking(false)
            setMade(token)
          }}
        />
      )}
      {made && (
        <FormDialog
          title="Your token"
          act="I have kept it"
          cancel="Close"
          onAct={() => setMade(undefined)}
          onClose={() => setMade(undefined)}
        >
          <p className="dim">
            It is shown this once. Send this to {bot ? `@${bot.username}` : 'the bot'}, in private; it deletes the message.
          </p>
          <p className="once">
            <code>/login {made.token}</code>
            <CopyButton text={`/login ${made.token}`} />
          </p>
        </FormDialog>
      )}
    </>
  )
}

const lives = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
] as const

function MakeToken({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (token: NewTelegramToken) => void }) {
  const [days, setDays] = useState('90')
  const make = useAct(() => call(endpoints.createTelegramToken, { body: { days: Number(days) } }), {
    refresh: [settingsKeys.telegramTokens],
    onDone: onMade,
    isForm: true,
  })
  return (
    <FormDialog
      title="New token"
      act="Make the token"
      error={refusalOf(make.error)}
      isBusy={make.isPending}
      onAct={() => make.mutate(undefined)}
      onClose={onClose}
    >
      <SelectField label="Ends after" value={days} choices={lives} onPick={setDays} />
    </FormDialog>
  )
}

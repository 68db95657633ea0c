import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { HttpPeer } from './http-peer.ts'
import {
  acknowledged,
  column,
  columnsToken,
  failed,
  finished,
  loginAcknowledged,
  loginOf,
  MessageReader,
  PACKET,
  type PeerColumn,
  packets,
  procedureEnd,
  rowToken,
  statementOf,
  trouble,
} from './tds-packets.ts'

export const tdsLogin = { user: 'reader', password: 'right ü' } as const

export interface TdsPeer extends HttpPeer {
  /** Statements that an ATTENTION stopped. */
  readonly cancelled: string[]
  /** Statements in the order they came. */
  readonly asked: string[]
  /** What came with each of them, the statement and its parameters. */
  readonly handedIn: Buffer[]
}

interface TdsPeerOptions {
  /** Without it the server speaks no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly password?: string
}

const ENCRYPTION = { on: 1, notSupported: 2 } as const

/** Written from [MS-TDS]: PRELOGIN with the handshake of TLS inside, LOGIN7, SQL batches, `sp_executesql`, answers of tokens, ATTENTION. */
export async function startTdsPeer({ tls, password: right = tdsLogin.password }: TdsPeerOptions = {}): Promise<TdsPeer> {
  const cancelled: string[] = []
  const asked: string[] = []
  const handedIn: Buffer[] = []
  const sockets = new Set<Socket>()

  const talk = (line: Duplex): void => {
    const reader = new MessageReader()
    let hanging: string | undefined
    const say = (...tokens: readonly Buffer[]): void => {
      if (!line.destroyed) line.write(packets(PACKET.answer, Buffer.concat(tokens)))
    }
    line.on('error', () => undefined)
    line.on('data', (chunk: Buffer) => {
      for (const { type, body, isIgnored } of reader.read(chunk)) {
        if (isIgnored) say(failed)
        else if (type === PACKET.prelogin) line.write(packets(PACKET.answer, preloginAnswer(tls !== undefined)))
        else if (type === PACKET.login) logIn(body)
        else if (type === PACKET.attention) {
          // NOTE: every message has one in answer: the end of what was stopped, then that it was.
          if (hanging !== undefined) {
            cancelled.push(hanging)
            say(failed)
          }
          hanging = undefined
          say(acknowledged)
        } else answer(type, statementOf(type, body), body)
      }
    })

    function logIn(body: Buffer): void {
      const { user, password, database } = loginOf(body)
      if (user !== tdsLogin.user || password !== right) return say(trouble(18_456, `Login failed for user '${user}'.`), failed)
      if (database !== 'shop')
        return say(trouble(4060, `Cannot open database "${database}" requested by the login. The login failed.`), failed)
      say(loginAcknowledged(), finished)
    }

    function answer(type: number, sql: string, body: Buffer): void {
      asked.push(sql)
      handedIn.push(body)
      if (type === PACKET.batch) return say(finished)
      if (sql.includes('hangs')) {
        hanging = sql
        return
      }
      if (sql.includes('breaks')) return void line.destroy()
      if (sql.includes('nowhere')) return say(trouble(208, "Invalid object name 'nowhere'."), procedureEnd(true))
      const { columns, rows } = outcomeOf(sql)
      say(columnsToken(columns), ...rows.map((row) => rowToken(columns, row)), procedureEnd())
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    if (tls) speakInside(socket, tls, talk)
    else talk(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cancelled,
    asked,
    handedIn,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The first PRELOGIN is answered in the open; then TLS shakes hands inside of PRELOGIN packets, and what follows is TLS alone. */
function speakInside(socket: Socket, tls: { cert: string; key: string }, talk: (line: Duplex) => void): void {
  const reader = new MessageReader()
  let inner: Duplex | undefined
  let isBare = false
  socket.on('data', (chunk: Buffer) => {
    if (inner && (isBare || chunk[0] !== PACKET.prelogin)) {
      isBare = true
      inner.push(chunk)
      return
    }
    for (const { body } of reader.read(chunk)) {
      if (inner) {
        inner.push(body)
        continue
      }
      socket.write(packets(PACKET.answer, preloginAnswer(true)))
      inner = new Duplex({
        read() {},
        write(bytes: Buffer, _, next) {
          socket.write(isBare ? bytes : packets(PACKET.prelogin, bytes), () => next())
        },
      })
      talk(new TLSSocket(inner, { isServer: true, secureContext: createSecureContext({ ...tls, maxVersion: 'TLSv1.2' }) }))
    }
  })
  socket.on('close', () => inner?.destroy())
}

function preloginAnswer(isTls: boolean): Buffer {
  const head = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff])
  return Buffer.concat([head, Buffer.from([16, 0, 0x10, 0, 0, 0, isTls ? ENCRYPTION.on : ENCRYPTION.notSupported])])
}

interface Outcome {
  readonly columns: readonly PeerColumn[]
  readonly rows: readonly (readonly unknown[])[]
}

const texts = (names: string): PeerColumn[] => names.split(' ').map((name) => column.text(name))

function outcomeOf(sql: string): Outcome {
  if (sql.includes('SERVERPROPERTY')) return { columns: texts('version admin writes'), rows: [['16.0.4135.4', '0', '1']] }
  if (sql.includes('SCHEMA_NAME()')) return { columns: texts('place'), rows: [['dbo']] }
  if (sql.includes('FROM sys.objects o'))
    return {
      columns: texts('id place name kind said held'),
      rows: [
        ['1', 'dbo', 'customers', 'U ', null, '2'],
        ['2', 'dbo', 'orders', 'U ', 'What was ordered', '40'],
        ['3', 'archive', 'orders', 'U ', null, '1'],
        ['4', 'dbo', 'big_orders', 'V ', null, null],
        ...Array.from({ length: 6_000 }, (_, at) => [String(at + 10), 'dbo', `many_${at + 1}`, 'U ', null, '0']),
      ],
    }
  if (sql.includes('FROM sys.columns c'))
    return {
      columns: texts('id name declared length digits scale said'),
      rows: [
        ['2', 'id', 'int', '4', '10', '0', null],
        ['2', 'line', 'int', '4', '10', '0', null],
        ['2', 'customer_id', 'int', '4', '10', '0', null],
        ['2', 'amount', 'decimal', '9', '12', '2', 'in euros'],
        ['1', 'id', 'int', '4', '10', '0', null],
        ...Array.from({ length: 6_000 }, (_, at) => [String(at + 10), 'label', 'nvarchar', '80', '0', '0', null]),
      ],
    }
  if (sql.includes('FROM sys.indexes'))
    return {
      columns: texts('id name'),
      rows: [
        ['2', 'id'],
        ['2', 'line'],
        ['1', 'id'],
      ],
    }
  if (sql.includes('FROM sys.foreign_key_columns'))
    return { columns: texts('constraint_id id name target reference'), rows: [['90', '2', 'customer_id', '1', 'id']] }
  if (sql.includes('many rows'))
    return { columns: [column.big('n')], rows: Array.from({ length: 5_000 }, (_, at) => [BigInt(at + 1)]) }
  if (sql.includes('no rows')) return { columns: [column.big('id')], rows: [] }
  return typed
}

const typed: Outcome = {
  columns: [
    ...[column.big('big'), column.numeric('amount', 2), column.numeric('wide', 10), column.money('price'), column.float('ratio')],
    ...[column.real('small'), column.bit('paid'), column.day('day'), column.clock('at'), column.moment('moment')],
    ...[column.zoned('zoned'), column.guid('key'), column.bytes('bytes'), column.text('note'), column.long('story')],
  ],
  rows: [
    [
      ...[9_223_372_036_854_775_807n, 1_234_567_890_123_456_789_010n, 99_999_999_999_999_999_999_999_999_999_999_999_999n],
      ...[9_223_372_036_854_775_807n, 0.1, 0.1, true, '2024-02-29', '23:59:59.5', '2024-03-31T02:30:00.1234567'],
      ...['2024-03-30T21:30:00', '00112233445566778899aabbccddeeff', 'deadbeef00', `a "b", 'c'\n\\N ü 😀`, 'long '.repeat(3_000)],
    ],
    [
      ...[null, -50n, null, -1n, -2.5, null, false, '0001-01-01', null, '1969-12-31T23:59:59.9999999'],
      ...[null, null, '', '', null],
    ],
  ],
}

import type { Duplex } from 'node:stream'

/** A channel with what drivers expect of a socket that they connect themselves. */
export function asSocket(channel: Duplex): Duplex {
  const same = () => channel
  return Object.assign(channel, {
    connect() {
      process.nextTick(() => channel.emit('connect'))
      return channel
    },
    setNoDelay: same,
    setKeepAlive: same,
    setTimeout: same,
    ref: same,
    unref: same,
  })
}

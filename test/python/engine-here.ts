import { existsSync } from 'node:fs'
import { findPython } from '../../server/python/native/find-python.ts'

/** Why tests of the native engine are left out, or nothing when they run. In CI a missing part is a failure, not a reason. */
export async function reasonToSkipNative(): Promise<string | undefined> {
  const reason =
    process.platform !== 'linux'
      ? 'the native Python engine needs Linux'
      : !existsSync('/usr/bin/bwrap')
        ? 'no bubblewrap on this machine: apt-get install bubblewrap'
        : 'reasons' in (await findPython())
          ? 'no Python with pandas on this machine: apt-get install python3-pandas'
          : undefined
  if (reason && process.env['CI'] === 'true') throw new Error(reason)
  return reason
}

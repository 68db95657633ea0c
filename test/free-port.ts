import { type AddressInfo, createServer } from 'node:net'

/** For servers that have to know their address before they listen. NOTE: another may take it before; nothing else on the machine asks for ports just then. */
export async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}

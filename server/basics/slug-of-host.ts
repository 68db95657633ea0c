/**
 * The tenant's part of a `Host` header: `acme` of `acme.example.com:3000` under the domain `example.com`.
 * Undefined for every host that is not below the domain: such an origin is bound to no tenant.
 */
export function slugOfHost(host: string | undefined, domain: string | undefined): string | undefined {
  if (!domain || !host) return undefined
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : undefined
}

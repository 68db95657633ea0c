import { eq, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import type { Database, Reader } from '../storage/database.ts'
import { insertTenant, insertUser } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type Enter, type Entered, memberActor, type Visitor } from './sign-in.ts'
import { members, tenants } from './tables.ts'

const DEMO_EMAIL = 'demo@example.com'

/** The tenant that newcomers try QRY in, and its only person. */
export interface DemoTenant {
  /** The demo's only person. */
  demoActor(): Promise<Actor | undefined>
  /** Makes the demo's tenant and person where they are not there. */
  makeDemo(name: string): Promise<Actor>
  /** A session in the demo, without a password. `not-found` where there is none. */
  enterDemo(visitor: Visitor): Promise<Entered>
}

const demoMember = async (reader: Reader) => {
  const [found] = await reader
    .select({ tenantId: members.tenantId, userId: members.userId })
    .from(members)
    .innerJoin(tenants, eq(tenants.id, members.tenantId))
    .where(eq(tenants.isDemo, true))
    .limit(1)
  return found
}

export function createDemoTenant({ database, clock, enter }: { database: Database; clock: Clock; enter: Enter }): DemoTenant {
  return {
    async demoActor() {
      const reader = database.beyondTenants()
      const known = await demoMember(reader)
      return known && memberActor(reader, known.tenantId, known.userId)
    },

    makeDemo: (name) =>
      database.beyondTenantsTransaction(async (writer) => {
        await writer.execute(sql`select pg_advisory_xact_lock(7149001)`)
        const known = await demoMember(writer)
        if (known) return memberActor(writer, known.tenantId, known.userId)
        const tenantId = await insertTenant(writer, 'demo', name, clock)
        await writer.update(tenants).set({ isDemo: true }).where(eq(tenants.id, tenantId))
        const person = { email: DEMO_EMAIL, password: randomToken(32), name: 'You, in the demo' }
        const userId = await insertUser(writer, person, clock)
        await writer.insert(members).values({ tenantId, userId, role: 'owner', createdAt: clock() })
        return memberActor(writer, tenantId, userId)
      }),

    async enterDemo(visitor) {
      const known = await demoMember(database.beyondTenants())
      if (!known) throw new KnownError('not-found', 'There is no demo on this server.')
      return database.transaction(known, (writer) => enter(writer, known, visitor, 'demo'))
    },
  }
}

import { writeFileSync } from 'node:fs'

/** `node evals/own/make-data.ts`: writes the CSV files of the set's databases. The same in every run. */
let state = 20_250_715
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
type Cell = string | number | null
const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1))
const money = (from: number, to: number): number => Math.round(100 * (from + random() * (to - from))) / 100
/** One of the items; the earlier ones come more often. */
function pick<Item>(items: readonly Item[], bias = 1.5): Item {
  const item = items[Math.floor(random() ** bias * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}
const DAY_MS = 86_400_000
const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
const minute = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ')
const [first, last] = [Date.parse('2023-07-01'), Date.parse('2025-07-14')]
/** A day of the two years, the later ones more often. */
const sometime = (from = first): number => Math.floor((from + Math.sqrt(random()) * (last - from)) / DAY_MS) * DAY_MS
const until = (time: number): number => Math.min(time, last)

function write(database: string, table: string, columns: string, rows: readonly (readonly Cell[])[]): void {
  const cell = (value: Cell): string =>
    value === null ? '' : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)
  const text = [columns, ...rows.map((row) => row.map(cell).join(','))].join('\n')
  writeFileSync(new URL(`databases/${database}/data/${table}.csv`, import.meta.url), `${text}\n`)
}
const times = <Made>(count: number, make: (id: number) => Made): Made[] => Array.from({ length: count }, (_, at) => make(at + 1))

const givenNames =
  'Anna Bruno Clara David Emma Felix Greta Hugo Irene Jonas Karin Lukas Marta Nils Olga Paul Rosa Simon Tina Viktor'.split(' ')
const familyNames =
  'Adler Bauer Conti Dubois Ebner Fischer Garcia Huber Ivanova Jansen Keller Lopez Moreau Novak Olsen Peters Rossi Schmid Torres Weber'.split(
    ' ',
  )
const personName = (id: number): string =>
  `${givenNames[id % 20] ?? ''} ${familyNames[(id * 7 + Math.floor(id / 20)) % 20] ?? ''}`
const places = [
  ['DE', 'Berlin'],
  ['DE', 'Hamburg'],
  ['FR', 'Paris'],
  ['AT', 'Vienna'],
  ['DE', 'Munich'],
  ['NL', 'Utrecht'],
  ['ES', 'Madrid'],
  ['FR', 'Lyon'],
  ['AT', 'Graz'],
  ['PL', 'Krakow'],
] as const

function makeShop(): void {
  const customers = times(140, (id) => {
    const [country, city] = pick(places)
    const name = personName(id)
    const email = random() < 0.08 ? null : `${name.toLowerCase().replace(' ', '.')}${id}@example.org`
    return [id, name, email, country, city, pick(['consumer', 'small business', 'enterprise']), day(sometime())] as const
  })
  const things = {
    Kitchen: 'Kettle,Toaster,Blender,Chef Knife,Frying Pan,Coffee Grinder',
    Garden: 'Hose,Rake,Planter,Lawn Chair,Pruning Shears',
    Office: 'Desk Lamp,Office Chair,Notebook,Monitor Stand,Paper Tray,Pen Set',
    Sport: 'Yoga Mat,Dumbbell,Running Belt,Water Bottle',
    Toys: 'Puzzle,Wooden Train,Building Blocks',
  }
  const products = Object.entries(things)
    .flatMap(([category, names]) => names.split(',').map((name) => [name, category] as const))
    .map(([name, category], at) => {
      const price = money(8, 180)
      return [at + 1, name, category, price, Math.round(price * (0.4 + random() * 0.35) * 100) / 100] as const
    })
  const lines: Cell[][] = []
  const orders = times(640, (id) => {
    const ordered = sometime()
    const status =
      ordered > last - 6 * DAY_MS ? pick(['paid', 'shipped']) : pick(['delivered', 'shipped', 'cancelled', 'paid'], 2.6)
    const isSent = status === 'delivered' || status === 'shipped'
    let total = 0
    for (let count = whole(1, 4); count > 0; count--) {
      const product = products[Math.floor(random() ** 1.3 * (products.length - 2))]
      if (!product) continue
      const [quantity, unitPrice] = [whole(1, 5), Math.round(product[3] * (random() < 0.3 ? 0.9 : 1) * 100) / 100]
      const refunded = status === 'delivered' && random() < 0.09 ? Math.round(unitPrice * whole(1, quantity) * 100) / 100 : 0
      lines.push([lines.length + 1, id, product[0], quantity, unitPrice, refunded])
      total += quantity * unitPrice
    }
    const shipped = isSent ? day(until(ordered + whole(1, 9) * DAY_MS)) : null
    const coupon = random() < 0.22 ? pick(['WELCOME10', 'SUMMER', 'VIP']) : null
    const customer = Math.ceil(random() ** 1.4 * 122)
    return [
      id,
      customer,
      day(ordered),
      shipped,
      status,
      pick(['web', 'app', 'store']),
      Math.round(total * 100) / 100,
      money(0, 14),
      coupon,
    ] as const
  })
  write('shop', 'customers', 'id,name,email,country,city,segment,signed_up_on', customers)
  write('shop', 'products', 'id,name,category,price,cost', products)
  write('shop', 'orders', 'id,customer_id,ordered_on,shipped_on,status,channel,total,shipping_cost,coupon', orders)
  write('shop', 'order_lines', 'id,order_id,product_id,quantity,unit_price,refunded', lines)
  const runs = times(40, (id) => [id, day(last - id * 7 * DAY_MS), whole(10, 900), pick(['done', 'failed'])])
  write('shop', 'import_runs', 'id,started_on,total,status', runs)
}

function makeSubscriptions(): void {
  const plans = [
    [1, 'Starter', 19],
    [2, 'Team', 49],
    [3, 'Business', 99],
    [4, 'Enterprise', 249],
  ] as const
  const heads = 'Alpine Bright Cobalt Delta Ember Fjord Granite Harbor Indigo Juniper Kestrel Lumen Maple Nimbus Orchid'.split(
    ' ',
  )
  const tails = ['Labs', 'Logistics', 'Foods', 'Health', 'Media', 'Energy', 'Works', 'Partners']
  const accounts = times(110, (id) => {
    const company = `${heads[id % 15] ?? ''} ${tails[(id * 3 + Math.floor(id / 15)) % 8] ?? ''}`
    return [
      id,
      company,
      pick(['Software', 'Retail', 'Manufacturing', 'Healthcare', 'Education']),
      pick(['US', 'GB', 'DE', 'FR', 'CA']),
      whole(3, 900),
      day(sometime()),
    ] as const
  })
  const subscriptions: Cell[][] = []
  const invoices: Cell[][] = []
  for (const [account, , , , , created] of accounts.slice(0, 102)) {
    let start = Date.parse(created)
    for (let round = whole(1, 2); round > 0 && start < last - 10 * DAY_MS; round--) {
      const plan = pick(plans)
      const seats = whole(1, 40)
      const mrr = plan[2] * seats
      const isEnding = random() < 0.38
      const end = isEnding ? until(start + whole(40, 330) * DAY_MS) : null
      const status = end === null ? (random() < 0.1 ? 'trial' : 'active') : 'cancelled'
      const reason = end === null ? null : pick(['too expensive', 'missing feature', 'switched vendor', 'closed business'])
      const id = subscriptions.length + 1
      subscriptions.push([id, account, plan[0], day(start), end === null ? null : day(end), seats, mrr, status, reason])
      for (let at = start; at <= (end ?? last) && status !== 'trial'; at += 61 * DAY_MS) {
        const isPaid = random() < 0.86
        const paid = isPaid ? until(at + whole(0, 45) * DAY_MS) : null
        const state = isPaid ? 'paid' : at < last - 400 * DAY_MS ? 'written off' : pick(['overdue', 'open'])
        invoices.push([0, account, day(at), paid === null ? null : day(paid), mrr * 2, state])
      }
      if (end === null) break
      start = end + whole(5, 90) * DAY_MS
    }
  }
  write('subscriptions', 'plans', 'id,name,monthly_price', plans)
  write('subscriptions', 'accounts', 'id,company,industry,country,employees,created_on', accounts)
  write(
    'subscriptions',
    'subscriptions',
    'id,account_id,plan_id,started_on,ended_on,seats,mrr,status,cancel_reason',
    subscriptions,
  )
  const numbered = invoices.map(([, ...rest], at) => [at + 1, ...rest])
  write('subscriptions', 'invoices', 'id,account_id,issued_on,paid_on,amount,state', numbered)
}

function makeSupport(): void {
  const teams = ['Billing', 'Technical', 'Onboarding']
  const agents = times(14, (id) => [id, personName(id * 3), teams[id % 3] ?? '', day(first + whole(0, 500) * DAY_MS)] as const)
  const requesters = times(85, (id) => [
    id,
    personName(id + 40),
    `Company ${String.fromCharCode(64 + ((id * 5) % 26) + 1)}`,
    pick(['free', 'pro', 'premium']),
  ])
  const subjects = [
    'Cannot sign in',
    'Invoice is wrong',
    'Export fails',
    'How do I invite people',
    'Page is slow',
    'Refund please',
    'Integration stopped',
  ]
  const tags: Cell[][] = []
  const tickets = times(760, (id) => {
    const opened = sometime()
    const priority = pick(['P3', 'P2', 'P4', 'P1'], 1.6)
    const isClosed = opened < last - 20 * DAY_MS ? random() < 0.95 : random() < 0.4
    const hours = isClosed ? Math.round((2 + random() ** 2 * 190) * 10) / 10 : null
    const closed = hours === null ? null : day(until(opened + Math.floor(hours / 24) * DAY_MS))
    const agent = random() < 0.05 ? null : Math.ceil(random() ** 1.2 * 12)
    const reply = agent === null ? null : whole(3, priority === 'P1' ? 90 : 900)
    const rating = isClosed && random() < 0.55 ? 6 - Math.ceil(random() ** 1.7 * 5) : null
    for (const tag of ['vip', 'bug', 'churn-risk', 'duplicate']) if (random() < 0.11) tags.push([id, tag])
    const state = isClosed ? 'closed' : pick(['open', 'waiting'])
    const category = pick(['billing', 'access', 'performance', 'data export', 'other'])
    return [
      id,
      Math.ceil(random() ** 1.5 * 78),
      agent,
      pick(subjects),
      priority,
      category,
      pick(['email', 'chat', 'phone']),
      state,
      day(opened),
      closed,
      reply,
      hours,
      rating,
      random() < 0.12 ? 1 : 0,
    ]
  })
  write('support', 'agents', 'id,name,team,hired_on', agents)
  write('support', 'requesters', 'id,name,company,tier', requesters)
  write(
    'support',
    'tickets',
    'id,requester_id,agent_id,subject,priority,category,channel,state,opened_on,closed_on,first_reply_minutes,resolution_hours,satisfaction,is_reopened',
    tickets,
  )
  write('support', 'tags', 'ticket_id,tag', tags)
}

function makeSensors(): void {
  const sites = [
    [1, 'North Depot', 'North'],
    [2, 'Harbor Cold Store', 'Coast'],
    [3, 'Hill Farm', 'North'],
    [4, 'City Lab', 'Central'],
    [5, 'South Greenhouse', 'South'],
  ] as const
  const devices = times(
    24,
    (id) =>
      [
        id,
        ((id * 3) % 5) + 1,
        `TH-${String(100 + id)}`,
        pick(['Aero 2', 'Aero 3', 'Frost X', 'Lite']),
        day(first + whole(0, 560) * DAY_MS),
      ] as const,
  )
  const readings: Cell[][] = []
  for (const [device, site] of devices.slice(0, 22))
    for (let at = last - 125 * DAY_MS; at <= last; at += 1.5 * DAY_MS) {
      const base = [8, 3, 14, 21, 24][site - 1] ?? 15
      const quality = pick(['good', 'good', 'good', 'suspect', 'bad'], 1.2)
      const temperature =
        quality === 'bad' && random() < 0.5 ? null : Math.round((base + 6 * Math.sin(at / DAY_MS / 20) + 4 * random()) * 10) / 10
      readings.push([
        readings.length + 1,
        device,
        minute(at + whole(0, 1400) * 60_000),
        temperature,
        Math.round((35 + random() * 50) * 10) / 10,
        whole(4, 100),
        quality,
      ])
    }
  const alarms = times(260, (id) => {
    const raised = sometime(last - 560 * DAY_MS) + whole(0, 1430) * 60_000
    const isOpen = raised > last - 8 * DAY_MS && random() < 0.6
    return [
      id,
      Math.ceil(random() ** 1.3 * 20),
      minute(raised),
      pick(['warning', 'info', 'critical']),
      pick(['too warm', 'too cold', 'low battery', 'no signal']),
      isOpen ? null : whole(2, 1900),
      random() < 0.14 ? 1 : 0,
    ]
  })
  write('sensors', 'sites', 'id,name,region', sites)
  write('sensors', 'devices', 'id,site_id,code,model,installed_on', devices)
  write('sensors', 'readings', 'id,device_id,taken_at,temperature,humidity,battery,quality', readings)
  write('sensors', 'alarms', 'id,device_id,raised_at,severity,kind,minutes_open,is_false', alarms)
}

makeShop()
makeSubscriptions()
makeSupport()
makeSensors()

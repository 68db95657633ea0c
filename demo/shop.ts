/** A small outdoor shop, two years up to yesterday: made by a seeded generator, with the dirt that real exports have. */

export interface DemoFile {
  readonly name: string
  readonly text: string
}

const dayMs = 86_400_000

/** Mulberry32: the same seed, the same shop. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const countries: [string, number, string[]][] = [
  ['Germany', 30, ['Berlin', 'Hamburg', 'Leipzig', 'Munich']],
  ['Austria', 11, ['Graz', 'Innsbruck', 'Vienna']],
  ['Switzerland', 10, ['Basel', 'Bern', 'Zurich']],
  ['France', 16, ['Grenoble', 'Lyon', 'Paris']],
  ['Netherlands', 9, ['Amsterdam', 'Utrecht']],
  ['Norway', 8, ['Bergen', 'Oslo', 'Tromsø']],
  ['Sweden', 9, ['Gothenburg', 'Kiruna', 'Stockholm']],
  ['Denmark', 7, ['Aarhus', 'Copenhagen']],
]

/** Name, category, price, cost, weight in sales, season (1 = winter, -1 = summer), share sent back. */
const products: [string, string, number, number, number, number, number][] = [
  ['Ridge Boot Mid GTX', 'Footwear', 189, 92, 9, 0.3, 0.14],
  ['Fjell Winter Boot', 'Footwear', 219, 104, 6, 0.9, 0.15],
  ['Trail Runner Skarn 2', 'Footwear', 139, 61, 10, -0.4, 0.11],
  ['Camp Sandal Loop', 'Footwear', 59, 22, 5, -0.9, 0.06],
  ['Storm Shell Jacket W', 'Outerwear', 279, 118, 7, 0.4, 0.09],
  ['Storm Shell Jacket M', 'Outerwear', 279, 118, 7, 0.4, 0.08],
  ['Down Hoody Nørd', 'Outerwear', 249, 110, 5, 0.9, 0.07],
  ['Rain Poncho Lite', 'Outerwear', 45, 14, 6, -0.1, 0.03],
  ['Merino Base 200 Crew', 'Layers', 89, 38, 11, 0.6, 0.05],
  ['Merino Base 200 Leggings', 'Layers', 85, 36, 7, 0.7, 0.05],
  ['Fleece Zip Alm', 'Layers', 79, 29, 8, 0.4, 0.04],
  ['Trekking-Rucksack „Sächsische Schweiz“ 45 l', 'Packs', 159, 71, 5, -0.3, 0.05],
  ['Day Pack Kar 22', 'Packs', 89, 37, 8, -0.2, 0.03],
  ['Dry Bag Set', 'Packs', 35, 11, 6, -0.4, 0.01],
  ['Tent Hytte 2', 'Camp', 389, 190, 3, -0.7, 0.04],
  ['Sleeping Bag −5 °C', 'Camp', 199, 88, 4, 0.1, 0.03],
  ['Stove Glød', 'Camp', 69, 27, 5, -0.3, 0.02],
  ['Enamel Mug 0.35 l', 'Camp', 15, 4, 14, 0, 0.01],
  ['Wool Beanie Fjell', 'Accessories', 29, 8, 13, 0.9, 0.02],
  ['Gaiter Alpine', 'Accessories', 49, 17, 5, 0.7, 0.02],
  ['Headlamp 400', 'Accessories', 55, 21, 7, 0.4, 0.02],
  ['Hiking Socks 3 pairs', 'Accessories', 27, 8, 15, 0.1, 0.01],
]

const firstNames =
  'Anna Ben Clara David Elin Felix Greta Hugo Ida Jonas Karin Lars Mara Nils Ola Pia Quentin Ronja Sven Tilda Ulrik Vera Wim Yara Zoé'.split(
    ' ',
  )
const lastNames =
  'Andersen Bakker Bernard Blanc Dubois Eriksen Fischer Gruber Hansen Huber Jansen Keller Lindqvist Meyer Moser Nilsson Petit Richter Roux Schmid Schulz Visser Wagner Weber'.split(
    ' ',
  )
const segments: [string, number][] = [
  ['Private', 80],
  ['Club', 14],
  ['School', 6],
]
const channels: [string, number][] = [
  ['Web', 62],
  ['Store', 26],
  ['Phone', 8],
  ['Marketplace', 4],
]

export function demoShop(today: Date): DemoFile[] {
  const random = generator(20_261_109)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const weighted = <Item extends readonly [unknown, number, ...unknown[]]>(items: readonly Item[]): Item => {
    let left = random() * items.reduce((sum, item) => sum + item[1], 0)
    return items.find((item) => (left -= item[1]) < 0) ?? (items[0] as Item)
  }
  const pickProduct = (winter: number) => {
    const weight = (product: (typeof products)[number]) => product[4] * (1 + product[5] * winter)
    let left = random() * products.reduce((sum, product) => sum + weight(product), 0)
    return products.find((product) => (left -= weight(product)) < 0) ?? pick(products)
  }
  const lastDay = Math.floor(today.getTime() / dayMs) - 1
  const dayText = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10)

  const customers = Array.from({ length: 900 }, (_, index) => {
    const [country, , cities] = weighted(countries)
    const signedUp = lastDay - Math.floor(random() ** 1.4 * 1100)
    return {
      id: 1001 + index,
      name: `${pick(firstNames)} ${pick(lastNames)}`,
      // NOTE: dirt on purpose: a few countries are missing.
      country: random() < 0.012 ? '' : country,
      city: pick(cities),
      segment: weighted(segments)[0],
      signedUp,
    }
  })

  const lines: string[] = []
  let orderId = 50_001
  for (let day = lastDay - 729; day <= lastDay; day++) {
    const date = new Date(day * dayMs)
    const winter = Math.cos(((date.getUTCMonth() + 0.5) / 12) * 2 * Math.PI)
    const weekend = [0, 6].includes(date.getUTCDay()) ? 1.35 : 1
    const growth = 1 + (day - lastDay + 729) / 1600
    const gifts = date.getUTCMonth() === 11 && date.getUTCDate() < 22 ? 1.9 : date.getUTCMonth() === 10 ? 1.25 : 1
    const orders = Math.round(9 * weekend * growth * gifts * (0.7 + random() * 0.6))
    for (let order = 0; order < orders; order++) {
      const customer = pick(customers)
      const channel = weighted(channels)[0]
      const lineCount = 1 + Math.floor(random() * random() * 4)
      for (let line = 0; line < lineCount; line++) {
        const product = pickProduct(winter)
        const quantity = 1 + Math.floor(random() ** 4 * 4)
        const discount = random() < 0.18 ? pick([0.05, 0.1, 0.2]) : 0
        const unitPrice = Math.round(product[2] * (1 - discount) * 100) / 100
        const isReturned = random() < product[6] * (channel === 'Web' ? 1.2 : 0.6)
        lines.push(
          [
            orderId,
            dayText(day),
            customer.id,
            csvCell(customer.country),
            channel,
            csvCell(product[0]),
            product[1],
            quantity,
            unitPrice.toFixed(2),
            (quantity * unitPrice).toFixed(2),
            isReturned ? 'yes' : 'no',
          ].join(','),
        )
      }
      orderId++
    }
  }

  return [
    {
      name: 'orders.csv',
      text: csv('order_id,order_date,customer_id,country,channel,product,category,quantity,unit_price,revenue,returned', lines),
    },
    {
      name: 'customers.csv',
      text: csv(
        'customer_id,name,country,city,segment,signed_up_on',
        customers.map((customer) =>
          [
            customer.id,
            csvCell(customer.name),
            csvCell(customer.country),
            csvCell(customer.city),
            customer.segment,
            dayText(customer.signedUp),
          ].join(','),
        ),
      ),
    },
    {
      name: 'products.csv',
      text: csv(
        'product_id,product,category,price,unit_cost',
        products.map(([name, category, price, cost], index) =>
          [`P-${String(index + 1).padStart(3, '0')}`, csvCell(name), category, price.toFixed(2), cost.toFixed(2)].join(','),
        ),
      ),
    },
  ]
}

const csv = (head: string, lines: string[]): string => `${head}\n${lines.join('\n')}\n`
const csvCell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const irregular: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  data: 'data',
  series: 'series',
  species: 'species',
  news: 'news',
  status: 'status',
  bus: 'bus',
  gas: 'gas',
  analyses: 'analysis',
  countries: 'country',
  movies: 'movie',
  wives: 'wife',
  lives: 'life',
  staff: 'staff',
  feet: 'foot',
  indices: 'index',
  campuses: 'campus',
  statuses: 'status',
  buses: 'bus',
  viruses: 'virus',
  bonuses: 'bonus',
  censuses: 'census',
  surpluses: 'surplus',
  gases: 'gas',
  criteria: 'criterion',
  this: 'this',
  less: 'less',
  has: 'has',
  was: 'was',
  is: 'is',
  us: 'us',
  its: 'its',
  does: 'does',
  various: 'various',
  days: 'day',
  yes: 'yes',
  ids: 'id',
  always: 'always',
  across: 'across',
  as: 'as',
}

/** Words that mean the same in any table of business or science, under one head. */
const sameWord: Readonly<Record<string, string>> = {
  sale: 'revenue',
  turnover: 'revenue',
  qty: 'quantity',
  amt: 'amount',
  dept: 'department',
  gender: 'sex',
  client: 'customer',
  cust: 'customer',
  telephone: 'phone',
  mail: 'email',
  temp: 'temperature',
  desc: 'description',
  addr: 'address',
  num: 'number',
  avg: 'average',
  cat: 'category',
  nation: 'country',
  identifier: 'id',
  yr: 'year',
  dob: 'birthday',
  salary: 'pay',
  wage: 'pay',
  surname: 'lastname',
  fname: 'firstname',
  lname: 'lastname',
}

/** The singular of an English noun; other words come back as they are. Expects lower case. */
export function lemma(word: string): string {
  const known = irregular[word]
  if (known !== undefined) return known
  if (word.length < 4 || /\d/.test(word)) return word
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(ss|x|ch|sh|zz)es$/.test(word)) return word.slice(0, -2)
  if (/(ss|us|is)$/.test(word)) return word
  return word.endsWith('s') ? word.slice(0, -1) : word
}

/** One head for words of the same meaning: `sales`, `turnover` and `revenue` are one. */
export const headWord = (lemmatised: string): string => sameWord[lemmatised] ?? lemmatised

/** The plural of a name's last word, for labels. */
export const pluralOf = (name: string): string =>
  name.endsWith('s')
    ? name
    : /[^aeiou]y$/.test(name)
      ? `${name.slice(0, -1)}ies`
      : /(x|ch|sh)$/.test(name)
        ? `${name}es`
        : `${name}s`

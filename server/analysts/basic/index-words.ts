import { headWord } from './lemma.ts'

const linkingWords = new Set(['of', 'the', 'a', 'an', 'in', 'to', 'for', 's', 'and'])
/** What short forms in names stand for. */
const shortForms: Readonly<Record<string, readonly string[]>> = {
  fname: ['first', 'name'],
  firstname: ['first', 'name'],
  lname: ['last', 'name'],
  lastname: ['last', 'name'],
  surname: ['last', 'name'],
  dob: ['birthday'],
  birthdate: ['birthday'],
  num: ['number'],
  no: ['number'],
  nr: ['number'],
  dept: ['department'],
  emp: ['employee'],
  stu: ['student'],
  stud: ['student'],
  prof: ['professor'],
  cust: ['customer'],
  prod: ['product'],
  acc: ['account'],
  acct: ['account'],
  org: ['organization'],
  addr: ['address'],
  init: ['initial'],
  lang: ['language'],
  loc: ['location'],
  avg: ['average'],
  pct: ['percentage'],
  max: ['maximum'],
  min: ['minimum'],
  tel: ['phone'],
  yr: ['year'],
  hrs: ['hour'],
  bal: ['balance'],
  cnt: ['count'],
  descr: ['description'],
  info: ['information'],
  ref: [],
  tbl: [],
  fk: [],
}

/** Words as the index holds them: linking words out, short forms written out, words of one meaning under one head. */
export const indexWords = (words: readonly string[]): string[] => {
  const joined = words
    .join(' ')
    .replace(/\bf name$/, 'first name')
    .replace(/\bl name$/, 'last name')
    .split(' ')
  const whole = joined.length > 1 ? joined.filter((word) => word.length > 1 || /\d/.test(word)) : joined
  const written = (whole.length > 0 ? whole : joined)
    .flatMap((word) => shortForms[word] ?? [word])
    .filter((word) => !linkingWords.has(word))
  return written.join(' ') === 'date birth' ? ['birthday'] : written.map(headWord)
}

const sameThings: readonly (readonly string[])[] = [
  ['price', 'cost', 'fee', 'fare', 'charge'],
  ['movie', 'film'],
  ['professor', 'teacher', 'instructor', 'faculty', 'lecturer'],
  ['country', 'nationality', 'nation'],
  ['name', 'title'],
  ['location', 'place', 'venue', 'address', 'city'],
  ['phone', 'mobile', 'cell', 'telephone'],
  ['kind', 'type', 'category', 'sort'],
  ['worker', 'employee', 'staff'],
  ['person', 'people', 'individual'],
  ['author', 'writer'],
  ['id', 'code', 'number', 'identifier'],
  ['money', 'amount', 'value', 'budget'],
  ['car', 'vehicle', 'automobile'],
  ['company', 'firm', 'business'],
  ['student', 'pupil'],
  ['doctor', 'physician'],
  ['grade', 'score', 'mark', 'point'],
  ['speed', 'velocity'],
  ['job', 'position', 'occupation', 'profession', 'role'],
  ['start', 'begin', 'from'],
  ['end', 'finish', 'to'],
  ['detail', 'description', 'information'],
  ['school', 'university', 'college', 'institution'],
  ['shop', 'store'],
  ['airport', 'airfield'],
  ['song', 'track'],
  ['population', 'resident', 'inhabitant'],
]

/** Words that people use for one another. They never bind for sure. */
export const otherWords = (word: string): string[] =>
  sameThings.filter((group) => group.includes(word)).flatMap((group) => group.filter((other) => other !== word))

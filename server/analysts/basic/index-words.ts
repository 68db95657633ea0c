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
  const written = words.flatMap((word) => shortForms[word] ?? [word]).filter((word) => !linkingWords.has(word))
  return written.join(' ') === 'date birth' ? ['birthday'] : written.map(headWord)
}

/**
 * Cheap shapes of texts that may hold a secret or a personal text, for DuckDB to choose the cells that the rules proper look at. Each is one of
 * the rules' shapes, loosened: it may say yes too often, never too seldom. Written for RE2 and JavaScript alike: no looking around, no `\d`.
 */

/** One alternative per rule of the library and of `find-secrets.ts`; a test says when the library has a rule that is not in here. */
const secretShapes = [
  '(?:A3T[A-Z0-9]|A[GIKNRS][A-Z]A)[A-Z0-9]{16}',
  '(?:npm_|sk-|gsk_|hf_|lin_api_|ntn_|shp(?:pa|ca|at|ss)_|[rs]k_(?:live|test)_|github_pat_|glpat-|glc_|glsa_|ops_|hv[brs][.]|vc[aikpr]_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-|qry_)[A-Za-z0-9_+/=-]{16}',
  'xox[abopr]-|xapp-|gh[oprsu]_|_authToken=|SG[.][A-Za-z0-9_]+[.]|x-oauth-basic@|(?i:hooks[.]slack[.]com)',
  '-----BEGIN',
  '://[^ /\\t\\r\\n]*@',
  '(?i:pass(?:word|wd|phrase)?|pwd|secret(?:[_ -]?key)?|api[_ -]?key|(?:access|auth)[_ -]?(?:key|token))["\']?[\\s\\p{Z}]*(?:=|:|(?i:is))',
  'eyJ[A-Za-z0-9_-]{8,}[.]eyJ',
  'AIza[A-Za-z0-9_-]{35}',
  '[0-9]{8}:AA[A-Za-z0-9_-]{33}',
  'Bearer [A-Za-z0-9._~+/-]{20}',
]

export const SECRET_SHAPE = secretShapes.join('|')

const personalShapes = [
  '@',
  // Phone numbers: international, North American.
  '[+][0-9]{1,3}(?:[^0-9A-Za-z]{0,3}[0-9]){6}',
  '[0-9]{3}(?:[)] ?|[-.])[0-9]{3}[-.][0-9]{4}',
  // Cards, and ids of thirteen digits and more.
  '[0-9](?:[ -]?[0-9]){12}',
  // IBAN.
  '[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11}',
  // National ids: US, GB, ES, IT, FR, BE, SE and FI, NO, CH, BR.
  '[0-9]{3}-[0-9]{2}-[0-9]{4}',
  '[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]',
  '[XYZ0-9]-?[0-9]{7}-?[A-Z]',
  '[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z]',
  '[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3}',
  '[0-9]{2}[.][0-9]{2}[.][0-9]{2}-[0-9]{3}',
  '[0-9]{6}[-+A-FU-Y][0-9]{3}',
  '[0-9]{6} ?[0-9]{5}',
  '756[.]?[0-9]{4}[.]?[0-9]{4}',
  '[0-9]{3}[.][0-9]{3}[.][0-9]{3}-[0-9]{2}',
]

export const PERSONAL_SHAPE = personalShapes.join('|')

/** Enough digits for a number whose kind its column or a word says. */
export const NUMBER_SHAPE = '[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){6}'

/** Words that say what a number beside them is. */
export const NUMBER_WORD =
  '(?i:phone|tel|fax|mobil|cell|gsm|handy|whatsapp|sms|rufnummer|t[eé]l|ssn|sin|nin|bsn|pesel|nif|nie|dni|cpf|nir|insee|aadhaar|hetu|cpr|steuer|tax|personnummer|codice|social|national|f[oø]dselsnummer)'

/** A text that is one e-mail address and nothing else: what the rules find in it is known. */
export const PLAIN_EMAIL = '[A-Za-z0-9._%+-]{1,40}@(?:[A-Za-z0-9]{1,40}[.]){1,4}[A-Za-z]{2,24}'

/** A text that is one international phone number in groups, of ten to twelve digits. */
export const PLAIN_PHONE = '[+][0-9]{1,3}(?: [0-9]{2,9}){1,5}'

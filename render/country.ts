/** A country by its code of two letters (ISO 3166). */
export interface Country {
  readonly code: string
  readonly name: string
  readonly continent: string
}

// NOTE: each word is a code of two letters, then that of three letters without its first where the two agree there.
const codes: Readonly<Record<string, string>> = {
  Europe:
    'ADND ALLB ATUT AXLA BAIH BEEL BGGR BYLR CHHE CYYP CZZE DEEU DKNK EEST ESSP FIIN FORO FRRA GBBR GGGY GIIB GRRC HRRV HUUN IERL IMMN ISSL ITTA JEEY LIIE LTTU LUUX LVVA MCCO MDDA MENE MKKD MTLT NLLD NOOR PLOL PTRT ROOU RSSRB RUUS SEWE SIVN SJJM SKVK SMMR TRUR UAKR VAAT XKXKX',
  'North America':
    'AGTG AIIA AWBW BBRB BLLM BMMU BQES BSHS BZLZ CAAN CRRI CUUB CWUW DMMA DOOM GDRD GLRL GPLP GTTM HNND HTTI JMAM KNNA KYCYM LCCA MFAF MQTQ MSSR MXEX NIIC PAAN PMSPM PRRI SVLV SXXM TCCA TTTO USSA VCCT VGGB VIIR',
  'South America': 'ARRG BOOL BRRA CLHL COOL ECCU FKLK GFUF GYUY PEER PYRY SRUR UYRY VEEN',
  Asia: 'AERE AFFG AMRM AZZE BDGD BHHR BNRN BTTN CNHN GEEO HKKG IDDN ILSR INND IOOT IQRQ IRRN JOOR JPPN KGGZ KHHM KPPRK KROR KWWT KZAZ LAAO LBBN LKKA MMMR MNNG MOAC MVDV MYYS NPPL OMMN PHHL PKAK PSSE QAAT SAAU SGGP SYYR THHA TJJK TLLS TMKM TWWN UZZB VNNM YEEM',
  Africa:
    'AOGO BFFA BIDI BJEN BWWA CDOD CFAF CGOG CIIV CMMR CVPV DJJI DZZA EGGY EHSH ERRI ETTH GAAB GHHA GMMB GNIN GQNQ GWNB KEEN KMCOM LRBR LSSO LYBY MAAR MGDG MLLI MRRT MUUS MWWI MZOZ NAAM NEER NGGA REEU RWWA SCYC SDDN SHHN SLLE SNEN SOOM SSSD STTP SZWZ TDCD TGGO TNUN TZZA UGGA YTMYT ZAAF ZMMB ZWWE',
  Oceania:
    'ASSM AUUS CCCK CKOK CXXR FJJI FMSM GUUM KIIR MHHL MPNP NCCL NFFK NRRU NUIU NZZL PFYF PGNG PNCN PWLW SBLB TKKL TOON TVUV UMMI VUUT WFLF WSSM',
  Antarctica: 'AQTA BVVT GSSGS HMMD TFATF',
}

/** Parts of the world in the order they stand. */
export const continentNames: readonly string[] = Object.keys(codes)

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/^the |[^a-z]/g, '')

let known: ReadonlyMap<string, Country> | undefined

function countries(): ReadonlyMap<string, Country> {
  if (known) return known
  const names = new Intl.DisplayNames(['en'], { type: 'region' })
  const found = new Map<string, Country>()
  for (const [continent, words] of Object.entries(codes)) {
    for (const word of words.split(' ')) {
      const code = word.slice(0, 2)
      const country: Country = { code, name: names.of(code) ?? code, continent }
      const letters = word.length === 4 ? code.charAt(0) + word.slice(2) : word.slice(2)
      for (const name of [code, letters, country.name]) found.set(plain(name), country)
    }
  }
  for (const [name, code] of Object.entries({ uk: 'gb', unitedstatesofamerica: 'us', czechrepublic: 'cz', holland: 'nl' })) {
    const country = found.get(code)
    if (country) found.set(name, country)
  }
  known = found
  return found
}

/** The country that a code of two or three letters, or an English name, stands for. */
export const countryOf = (text: string): Country | undefined => countries().get(plain(text))

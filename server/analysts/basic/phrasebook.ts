/** What phrases mean: words in lower case, one space between. */
export class Phrasebook<Meaning> {
  readonly #meanings = new Map<string, Meaning>()

  /** Notes phrases that mean the same, with commas between; a later meaning takes the place of an earlier one. */
  readonly say = (meaning: Meaning, phrases: string): void => {
    for (const phrase of phrases.split(',')) this.#meanings.set(phrase.trim(), meaning)
  }

  readonly meaningOf = (phrase: string): Meaning | undefined => this.#meanings.get(phrase)
}

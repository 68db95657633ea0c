/** Lets screen readers say a sentence once, politely. */
export function say(sentence: string): void {
  let place = document.getElementById('said')
  if (!place) {
    place = document.createElement('p')
    place.id = 'said'
    place.className = 'sr'
    place.setAttribute('role', 'status')
    place.setAttribute('aria-live', 'polite')
    document.body.append(place)
  }
  place.textContent = sentence
}

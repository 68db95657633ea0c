/** Reads a chart's kept picture as SVG text. Throws when the server does not give it. */
export async function loadPicture(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The picture could not be read (${response.status}). Load the page again.`)
  return response.text()
}

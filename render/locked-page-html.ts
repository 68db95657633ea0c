import { html } from './html.ts'
import { icons, mark } from './icons.ts'
import { documentHtml, type PageStyle } from './shared-page-html.ts'

/** What a link with a password shows before it is given: a form and nothing of the page, not even its title. */
export function lockedPageHtml({
  style,
  action,
  error,
}: {
  readonly style: PageStyle
  /** Where the password goes. */
  readonly action: string
  readonly error?: string | undefined
}): string {
  const complaint = error !== undefined && html`<p class="err" id="er" role="alert">${icons.warn}${error}</p>`
  const state = error === undefined ? '' : html` aria-invalid="true" aria-describedby="er"`
  return documentHtml({
    title: 'Password needed',
    style,
    name: 'gone',
    body: html`<main class="one"><h1>This page has a password</h1><p>The person who sent you the link has it. It is not the password of any account.</p><form method="post" action="${action}"><div><label class="l" for="p">Password</label><input id="p" name="password" class="field" type="password" autocomplete="off" required maxlength="200" autofocus${state}>${complaint}</div><button class="btn p" type="submit">Open the page</button></form></main><footer class="ftr">${mark}</footer>`,
  })
}

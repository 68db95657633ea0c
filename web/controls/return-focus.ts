import { useState } from 'react'

/** What a closing dialog does with the focus: what opened it has it again, or the button of the menu that did; else the page's heading. */
export function useReturnFocus(): (event: Event) => void {
  const [opener] = useState(() => openerOf(document.activeElement))
  return (event) => {
    event.preventDefault()
    const to = opener?.isConnected ? opener : document.querySelector('main h1')
    if (to instanceof HTMLElement) to.focus()
  }
}

function openerOf(focused: Element | null): Element | null {
  const menu = focused?.closest('[role=menu]')
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused
}

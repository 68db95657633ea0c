/** Cells are strangers' text: nothing in them may become Markdown. */
export const escapeCell = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~$]/g, '\\$&').replace(/\s+/g, ' ')

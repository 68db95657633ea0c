/** Marks text that strangers may have written, so that it can't close its own mark and pass for an instruction. */
export const asData = (text: string): string => `<data>\n${text.replaceAll(/<(\/?)data\b/gi, '<$1\u200bdata')}\n</data>`

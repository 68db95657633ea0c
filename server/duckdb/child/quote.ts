/** A name as SQL. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** A text as SQL. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`

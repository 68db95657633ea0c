export const MEMORY_SENTENCE =
  'The query needed more memory than it may use. Ask for less: fewer rows, fewer columns, fewer groups.'

import { sealedColumn } from '../storage/sealed-column.ts'
import { shareLinks, shares } from './tables.ts'
import { TOKEN_PURPOSE } from './token.ts'

export const sealedColumns = [
  sealedColumn(shares, 'tokenSealed', () => TOKEN_PURPOSE),
  sealedColumn(shareLinks, 'tokenSealed', () => TOKEN_PURPOSE),
]

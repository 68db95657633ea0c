import { sealedColumn } from '../storage/sealed-column.ts'
import { HOOK_PURPOSE, TOKEN_PURPOSE } from './kept-bots.ts'
import { telegramBots } from './tables.ts'

export const sealedColumns = [
  sealedColumn(telegramBots, 'tokenSealed', () => TOKEN_PURPOSE),
  sealedColumn(telegramBots, 'hookSecretSealed', () => HOOK_PURPOSE),
]

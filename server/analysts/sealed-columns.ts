import { sealedColumn } from '../storage/sealed-column.ts'
import { modelKeyPurpose } from './create-models.ts'
import { models } from './tables.ts'

export const sealedColumns = [sealedColumn(models, 'sealedKey', modelKeyPurpose)]

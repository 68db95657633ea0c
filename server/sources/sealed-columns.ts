import { sealedColumn } from '../storage/sealed-column.ts'
import { connectionPurpose } from './sealed-connection.ts'
import { sources } from './tables.ts'

export const sealedColumns = [sealedColumn(sources, 'sealedSecrets', ({ tenantId, id }) => connectionPurpose(tenantId, id))]

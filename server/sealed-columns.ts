import { sealedColumns as ofAnalysts } from './analysts/sealed-columns.ts'
import { sealedColumns as ofSharing } from './sharing/sealed-columns.ts'
import { sealedColumns as ofSources } from './sources/sealed-columns.ts'
import type { SealedColumn } from './storage/sealed-column.ts'
import { sealedColumns as ofTelegram } from './telegram/sealed-columns.ts'
import { sealedColumns as ofTenancy } from './tenancy/sealed-columns.ts'

/** Every column of every room that holds what is encrypted. */
export const sealedColumns: readonly SealedColumn[] = [...ofTenancy, ...ofSources, ...ofAnalysts, ...ofSharing, ...ofTelegram]

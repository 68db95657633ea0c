import { sealedColumn } from '../storage/sealed-column.ts'
import { TOTP_PURPOSE } from './credentials.ts'
import { PROVIDER_PURPOSE } from './identity-providers.ts'
import { VERIFIER_PURPOSE } from './provider-sign-in.ts'
import { identityProviders, providerSignIns, users } from './tables.ts'

export const sealedColumns = [
  sealedColumn(users, 'totpSealed', () => TOTP_PURPOSE),
  sealedColumn(identityProviders, 'secretSealed', () => PROVIDER_PURPOSE),
  sealedColumn(providerSignIns, 'verifierSealed', () => VERIFIER_PURPOSE),
]

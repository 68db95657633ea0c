import type { ComponentProps } from 'react'
import { PastedField } from './pasted-field.tsx'

interface PemFieldProps extends Omit<ComponentProps<typeof PastedField>, 'placeholder'> {
  /** What stands behind BEGIN. */
  readonly begin: string
}

/** A certificate or a key in PEM. */
export const PemField = ({ begin, ...field }: PemFieldProps) => (
  <PastedField placeholder={`-----BEGIN ${begin}-----`} {...field} />
)

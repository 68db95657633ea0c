import type { InputHTMLAttributes } from 'react'
import { FieldFrame, type FrameWords } from './field-frame.tsx'

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>, FrameWords {}

/** A labelled field; what is wrong with it stands under it and is tied to it. */
export const TextField = ({ label, hint, error, ...input }: TextFieldProps) => (
  <FieldFrame label={label} hint={hint} error={error}>
    {(control) => <input {...input} {...control} className="field" />}
  </FieldFrame>
)

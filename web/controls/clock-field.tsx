import { TextField } from './text-field.tsx'
import { useTyped } from './use-typed.ts'

interface ClockFieldProps {
  readonly label: string
  /** `09:00`. */
  readonly value: string
  readonly onPick: (clock: string) => void
}

/** A time of day by 24 hours, written alike in every browser. */
export function ClockField({ label, value, onPick }: ClockFieldProps) {
  const { input, problem } = useTyped({ shown: value, read: readClock, onTake: onPick })
  return <TextField {...input} label={label} error={problem} inputMode="numeric" />
}

/** `9:00`, `09.00`, `0900` and `9` are nine o'clock. */
function readClock(text: string) {
  const [, hour = '', minute = '00'] = /^([01]?\d|2[0-3])(?:[:. ]?([0-5]\d))?$/.exec(text.trim()) ?? []
  return hour ? { value: `${hour.padStart(2, '0')}:${minute}` } : { problem: 'Write a time: 09:00.' }
}

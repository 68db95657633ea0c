import { type ChangeEvent, type KeyboardEvent, useState } from 'react'

interface Typing {
  /** The value as it is written while nothing is typed. */
  readonly shown: string
  /** What a text stands for, or what to write instead. */
  readonly read: (text: string) => { readonly value: string } | { readonly problem: string }
  readonly onTake: (value: string) => void
}

/** A text field whose text counts once it is left, or with Enter, and that says what to write where it stands for nothing. */
export function useTyped({ shown, read, onTake }: Typing) {
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const take = (value: string) => {
    setTyped(undefined)
    setProblem(undefined)
    onTake(value)
  }
  const commit = () => {
    if (typed === undefined) return
    const found = read(typed)
    if ('problem' in found) setProblem(found.problem)
    else take(found.value)
  }
  const input = {
    value: typed ?? shown,
    autoComplete: 'off',
    onChange: (event: ChangeEvent<HTMLInputElement>) => setTyped(event.target.value),
    onBlur: commit,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') commit()
    },
  } as const
  return { input, problem, take }
}

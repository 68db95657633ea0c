import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'

export interface Toast {
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const STAY_MS = 8_000
/** Long enough to read, to change one's mind and to get there by keyboard. */
const STAY_WITH_ACTION_MS = 20_000
const ToastContext = createContext<(toast: Toast) => void>(() => undefined)

/** Shows one line at the bottom left, with at most one way back. */
export const useToast = () => useContext(ToastContext)

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toast, setToast] = useState<Toast>()
  const [isHeld, setIsHeld] = useState(false)
  const show = useCallback((next: Toast) => setToast({ ...next }), [])
  useEffect(() => {
    if (!toast || isHeld) return
    const timer = setTimeout(() => setToast(undefined), toast.action ? STAY_WITH_ACTION_MS : STAY_MS)
    return () => clearTimeout(timer)
  }, [toast, isHeld])
  const { text, action } = toast ?? {}
  const close = useMemo(
    () => () => {
      setToast(undefined)
      setIsHeld(false)
    },
    [],
  )
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status">
        {text && (
          <div
            className="toast"
            onMouseEnter={() => setIsHeld(true)}
            onMouseLeave={() => setIsHeld(false)}
            onFocus={() => setIsHeld(true)}
            onBlur={() => setIsHeld(false)}
          >
            <span>{text}</span>
            {action && (
              <button
                type="button"
                onClick={() => {
                  close()
                  action.run()
                }}
              >
                {action.label}
              </button>
            )}
          </div>
        )}
      </div>
    </ToastContext>
  )
}

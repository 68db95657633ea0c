/** Why a turn failed. Where a database points at a line of the SQL, the line and its mark stand as they were written. */
export function FailureWords({ message }: { readonly message: string }) {
  const [said, line] = message.split(/\n+(?=LINE \d+:)/)
  return (
    <div className="grow">
      {said}
      {line && <pre className="pointed">{line}</pre>}
    </div>
  )
}

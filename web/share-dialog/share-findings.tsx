import type { Finding, FindingDecision, FindingKind } from '../../contract/share.ts'

const names: Readonly<Record<FindingKind, string>> = {
  secret: 'Secret',
  email: 'E-mail',
  phone: 'Phone',
  card: 'Card number',
  iban: 'IBAN',
  'national-id': 'Id number',
}

export type Decisions = Readonly<Record<string, FindingDecision>>

interface ShareFindingsProps {
  readonly findings: readonly Finding[]
  readonly decisions: Decisions
  readonly isBusy: boolean
  readonly onDecide: (decisions: Decisions) => void
}

/** Findings that nobody has decided yet. */
export const undecidedOf = (findings: readonly Finding[], decisions: Decisions): Finding[] =>
  findings.filter(({ id }) => decisions[id] === undefined)

/** What the share check found, each at its place; one decision a finding, or one for all of a kind. */
export function ShareFindings({ findings, decisions, isBusy, onDecide }: ShareFindingsProps) {
  if (findings.length === 0)
    return (
      <>
        <h2>Share check: nothing found</h2>
        <p className="meta">No keys, passwords, e-mail addresses, phone, card, account or id numbers were recognised.</p>
      </>
    )
  const left = undecidedOf(findings, decisions).length
  const kinds = [...new Set(findings.map(({ kind }) => kind))].filter(
    (kind) => findings.filter((one) => one.kind === kind).length > 1,
  )
  return (
    <>
      <h2>
        Share check: {findings.length === 1 ? '1 finding' : `${findings.length} findings`}
        {left > 0 && `, ${left} to decide`}
      </h2>
      {kinds.length > 0 && (
        <ul className="fnd-all">
          {kinds.map((kind) => (
            <li key={kind}>
              <span>Every {kind === 'iban' ? 'IBAN' : names[kind].toLowerCase()}</span>
              {whole.map(({ decision, label }) => (
                <button
                  key={decision}
                  type="button"
                  className="btn q"
                  disabled={isBusy}
                  aria-label={`${label} every ${names[kind].toLowerCase()}`}
                  onClick={() => onDecide(decidedAlike(findings, kind, decision))}
                >
                  {label}
                </button>
              ))}
            </li>
          ))}
        </ul>
      )}
      {findings.map((finding, place) => (
        <FindingChoice
          key={finding.id}
          finding={finding}
          number={place + 1}
          decision={decisions[finding.id]}
          isBusy={isBusy}
          onDecide={(decision) => onDecide({ [finding.id]: decision })}
        />
      ))}
      <p className="meta below">
        Drop removes the column or the turn from the copy, and a file is kept out. Masks are written into the frozen copy itself;
        the original text is not kept in it.
      </p>
    </>
  )
}

const whole = [
  { decision: 'mask', label: 'Mask' },
  { decision: 'drop-column', label: 'Drop' },
  { decision: 'allow', label: 'Allow' },
] as const

/** One decision for all findings of a kind; where there is no column to drop, the text is masked or the file kept out. */
const decidedAlike = (findings: readonly Finding[], kind: FindingKind, decision: FindingDecision): Decisions =>
  Object.fromEntries(
    findings.filter((one) => one.kind === kind).map(({ id, choices }) => [id, choices.includes(decision) ? decision : 'mask']),
  )

interface FindingChoiceProps {
  readonly finding: Finding
  readonly number: number
  readonly decision: FindingDecision | undefined
  readonly isBusy: boolean
  readonly onDecide: (decision: FindingDecision) => void
}

function FindingChoice({ finding, number, decision, isBusy, onDecide }: FindingChoiceProps) {
  const { id, kind, sample, where, choices, place } = finding
  const drop = choices.find((choice) => choice === 'drop-column') ?? choices.find((choice) => choice === 'drop-turn')
  const isFile = place.part === 'file' && !choices.includes('drop-turn')
  const offered: { decision: FindingDecision; label: string }[] = [
    { decision: 'mask', label: isFile ? 'Keep out' : 'Mask' },
    ...(drop ? [{ decision: drop, label: drop === 'drop-column' ? 'Drop column' : 'Drop turn' }] : []),
    { decision: 'allow', label: 'Allow' },
  ]
  return (
    <fieldset className={`fnd${decision === undefined ? ' todo' : ''}`} disabled={isBusy}>
      <legend className="sr">
        Finding {number}: {names[kind]}
      </legend>
      <div>
        <span className={`tag${kind === 'secret' ? ' warn' : ''}`}>{names[kind]}</span> <code className="mono">{sample}</code>
        <br />
        <span className="meta">{where}</span>
      </div>
      <div className="seg soft">
        {offered.map((choice) => (
          <label key={choice.decision}>
            <input
              type="radio"
              name={`finding-${id}`}
              checked={decision === choice.decision}
              onChange={() => onDecide(choice.decision)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Dialog } from 'radix-ui'
import { type RefObject, useState } from 'react'
import type { Me } from '../../contract/person.ts'
import { SharePolicy, type SharePolicyChange, type ShareState } from '../../contract/share.ts'
import { sentenceOf } from '../client/call-error.ts'
import { keys, useConversationChanges, useShare, useShareCheck } from '../client/queries.ts'
import { changeSharePolicy, previewShare, putShare } from '../client/share-calls.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { EmbedCode } from './embed-code.tsx'
import { ShareContentsList } from './share-contents.tsx'
import { ShareDrift } from './share-drift.tsx'
import { type Decisions, ShareFindings, undecidedOf } from './share-findings.tsx'
import { ShareLink } from './share-link.tsx'
import { SharePolicyFields } from './share-policy.tsx'
import { ShareRecipients } from './share-recipients.tsx'
import { partNames, type ShareSubject } from './share-subject.ts'
import { ShareVersions } from './share-versions.tsx'

type PublicShare = Extract<ShareState, { visibility: 'public' }>
type Visibility = ShareState['visibility']

export interface ShareDialogProps {
  readonly subject: ShareSubject
  readonly me: Me
  readonly returnTo: RefObject<HTMLButtonElement | null>
  readonly onClose: () => void
}

/** What a link would show, the link itself, and its rules. Nothing changes before a button says what will. */
export function ShareDialog({ subject, me, returnTo, onClose }: ShareDialogProps) {
  const share = useShare(subject.id)
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="stage">
          <Dialog.Content
            className="dlg"
            aria-describedby={undefined}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              returnTo.current?.focus()
            }}
          >
            <header>
              <div className="grow">
                <p className="meta">Share {subject.kind}</p>
                <Dialog.Title>{subject.title}</Dialog.Title>
              </div>
              <Dialog.Close className="btn q icon" aria-label="Close">
                <Icon name="close" />
              </Dialog.Close>
            </header>
            {share.data && <ShareBody subject={subject} me={me} state={share.data} />}
            {share.isPending && (
              <div className="dlg-wait">
                <Skeleton lines={5} label="Reading how this is shared" />
              </div>
            )}
            {share.error && !share.data && (
              <div className="note bad" role="alert">
                <span className="grow">{sentenceOf(share.error)}</span>
                <button type="button" className="btn" onClick={() => void share.refetch()}>
                  Try again
                </button>
              </div>
            )}
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const noPolicy = SharePolicy.parse({})

function ShareBody({ subject, me, state }: { readonly subject: ShareSubject; readonly me: Me; readonly state: ShareState }) {
  const { id, revision, kind } = subject
  const open = state.visibility === 'public' ? state : undefined
  const [wanted, setWanted] = useState<Visibility>('public')
  const [draft, setDraft] = useState<SharePolicyChange>({})
  /** A link was made here: the focus goes to it, as the button that made it is gone. */
  const [isMade, setIsMade] = useState(false)
  const client = useQueryClient()
  const announce = useAnnounce()
  const { refresh } = useConversationChanges()
  const check = useShareCheck(id, revision)
  /** What the owner has looked at is what becomes public, as long as nothing was changed since. */
  const shown = JSON.stringify([revision, open?.version, open?.policy ?? draft])
  const [looked, setLooked] = useState<{ of: string; key: string }>()
  const look = useMutation({
    mutationFn: async () => {
      // NOTE: opened before anything is awaited: later a browser takes it for an advertisement.
      const tab = window.open('', '_blank')
      try {
        const { password: _, ...policy } = draft
        const made = await previewShare(id, open ? {} : { policy })
        tab?.location.replace(made.path)
        return { of: shown, key: made.key }
      } catch (error) {
        tab?.close()
        throw error
      }
    },
    onSuccess: setLooked,
  })
  const keepState = (next: ShareState) => {
    client.setQueryData(keys.share(id), next)
    void client.invalidateQueries({ queryKey: ['share-check', id] })
    void refresh()
  }
  const change = useMutation({
    mutationFn: (visibility: Visibility) =>
      putShare(id, {
        visibility,
        ...(visibility === 'public' && !open ? { policy: draft } : {}),
        ...(visibility === 'public' && looked?.of === shown ? { preview: looked.key } : {}),
      }),
    onSuccess: (next) => {
      setIsMade(true)
      keepState(next)
      setWanted(next.visibility)
      announce(next.visibility === 'public' ? `Public, version ${next.version}.` : 'The link is closed.')
    },
  })
  const changePolicy = useMutation({
    scope: { id: `policy of ${id}` },
    mutationFn: (policy: SharePolicyChange) => changeSharePolicy(id, policy),
    onSuccess: keepState,
  })
  const unkept = changePolicy.isPending ? changePolicy.variables : {}
  const policy = open ? changed(open.policy, unkept) : changed(noPolicy, draft)
  const setPolicy = (part: SharePolicyChange) => {
    if (open) changePolicy.mutate(part)
    else setDraft({ ...draft, ...part })
  }
  const decide = (decisions: Decisions) => setPolicy({ findings: open ? decisions : { ...draft.findings, ...decisions } })
  const findings = check.data?.findings ?? []
  const undecided = undecidedOf(findings, policy.findings).length
  const error = change.error ?? changePolicy.error ?? look.error
  const isBusy = change.isPending || changePolicy.isPending
  return (
    <>
      {error ? (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(error)}</span>
        </p>
      ) : (
        open && <DriftNote share={open} kind={kind} />
      )}
      <VisibilityModes wanted={wanted} isOpen={open !== undefined} inside={subject.inside} onWant={setWanted} />
      {wanted === 'private' && <ClosingNote open={open} inside={subject.inside} kind={kind} />}
      <div className="two" hidden={wanted === 'private'}>
        <div>
          <h2>{headingOf(open)}</h2>
          <ShareContentsList
            check={check}
            answersOnly={policy.answersOnly}
            downloads={policy.downloads}
            isMasked={Object.values(policy.findings).some((decision) => decision !== 'allow')}
            tenantName={me.tenant.name}
          />
          {check.data && (
            <ShareFindings findings={findings} decisions={policy.findings} isBusy={change.isPending} onDecide={decide} />
          )}
        </div>
        <div>
          <h2>Link</h2>
          {open ? (
            <>
              <ShareLink share={open} isNew={isMade} />
              <EmbedCode share={open} title={open.policy.title ?? subject.title} />
            </>
          ) : (
            <p className="meta">There is no link yet. Once made, its address stays the same with every update.</p>
          )}
          <h2>Policy</h2>
          <SharePolicyFields
            policy={policy}
            charts={check.data?.contents.chartList ?? []}
            subject={subject}
            isBusy={change.isPending}
            onChange={setPolicy}
          />
          {changePolicy.isPending && (
            <p className="meta" role="status">
              Writing the policy
            </p>
          )}
          {open && <ShareRecipients subjectId={id} />}
          {open && <ShareVersions share={open} />}
          {open && <ShareDrift key={open.version} id={id} />}
        </div>
      </div>
      <ShareFooter
        kind={kind}
        open={open}
        wanted={wanted}
        isBusy={isBusy}
        canShare={check.data !== undefined}
        undecided={undecided}
        isLooking={look.isPending}
        onLook={() => look.mutate()}
        onWant={setWanted}
        onChange={(next) => change.mutate(next)}
      />
    </>
  )
}

const isApart = ({ newerTurns, goneTurns }: PublicShare): boolean => newerTurns + goneTurns > 0

/** How the link is once a change is kept; what is null goes back to what it is at first. */
function changed(policy: SharePolicy, { password, findings, ...change }: SharePolicyChange): SharePolicy {
  const kept = Object.entries({ ...policy, ...change }).filter(([, value]) => value !== null)
  return SharePolicy.parse({
    ...Object.fromEntries(kept),
    findings: { ...policy.findings, ...findings },
    hasPassword: password === undefined ? policy.hasPassword : password !== null,
  })
}

function headingOf(open: PublicShare | undefined): string {
  if (!open) return 'This will make public'
  return isApart(open) ? `Version ${open.version + 1} will make public` : `Version ${open.version} makes public`
}

/** How the link and the conversation have come apart. */
function DriftNote({ share, kind }: { readonly share: PublicShare; readonly kind: ShareSubject['kind'] }) {
  const { newerTurns, goneTurns, version, sharedAt } = share
  const { one } = partNames[kind]
  if (goneTurns > 0)
    return (
      <p className="note">
        <span className="grow">
          <b>
            The link shows {counted(goneTurns, one)} this {kind} no longer has.
          </b>{' '}
          It keeps what was frozen until you update it or close it.
          {newerTurns > 0 && ` It lacks ${counted(newerTurns, `newer ${one}`)}.`}
        </span>
      </p>
    )
  if (newerTurns === 0) return null
  return (
    <p className="note">
      <span className="grow">
        <b>The link lacks {counted(newerTurns, `newer ${one}`)}.</b> It shows version {version}, frozen {formatMoment(sharedAt)}.
        Readers see nothing newer until you update.
      </span>
    </p>
  )
}

/** What there is instead of a link, or what closing it does. */
function ClosingNote({ open, inside, kind }: Pick<ShareFooterProps, 'open' | 'kind'> & { readonly inside: string }) {
  return (
    <div className="closing">
      <h2>{open ? 'Closing the link' : 'There is no link'}</h2>
      <ul>
        {open && (
          <li>
            From the next request on readers get a plain 404, here and at every recipient’s own address: page, tables, files and
            previews.
          </li>
        )}
        {open && <li>The address is dead for good. Making it public again gives another one.</li>}
        <li>
          The {kind} stays as it is. {inside}.
        </li>
        {!open && <li>Choose Public to see what a link would show before it exists.</li>}
      </ul>
    </div>
  )
}

function VisibilityModes({
  wanted,
  isOpen,
  inside,
  onWant,
}: {
  readonly wanted: Visibility
  readonly isOpen: boolean
  /** Who inside the organisation may open it. */
  readonly inside: string
  readonly onWant: (visibility: Visibility) => void
}) {
  return (
    <div className="modes" role="radiogroup" aria-label="Who can open it">
      <label>
        <input type="radio" name="visibility" checked={wanted === 'public'} onChange={() => onWant('public')} />
        <b>Public</b>
        <span>Anyone with the link can view. No account needed.</span>
      </label>
      <label>
        <input type="radio" name="visibility" checked={wanted === 'private'} onChange={() => onWant('private')} />
        <b>Private</b>
        <span>{isOpen ? `${inside}. Closes the link for good.` : `${inside}. There is no link.`}</span>
      </label>
    </div>
  )
}

interface ShareFooterProps {
  readonly kind: ShareSubject['kind']
  readonly open: PublicShare | undefined
  readonly wanted: Visibility
  readonly isBusy: boolean
  readonly canShare: boolean
  /** Findings that wait for a decision. */
  readonly undecided: number
  readonly isLooking: boolean
  readonly onLook: () => void
  readonly onWant: (visibility: Visibility) => void
  readonly onChange: (visibility: Visibility) => void
}

function ShareFooter({ kind, open, wanted, isBusy, canShare, undecided, isLooking, onLook, onWant, onChange }: ShareFooterProps) {
  const toDecide = undecided === 1 ? 'Decide 1 finding' : `Decide ${undecided} findings`
  if (wanted === 'private')
    return (
      <footer>
        <span className="meta grow">
          {open
            ? 'Readers get a plain 404 from the next request on. The address is dead for good; a later link gets a new one.'
            : 'This is private. Readers of an earlier link get a plain 404.'}
        </span>
        {open && (
          <>
            <button type="button" className="btn q" autoFocus disabled={isBusy} onClick={() => onWant('public')}>
              Keep the link
            </button>
            <button type="button" className="btn d" disabled={isBusy} onClick={() => onChange('private')}>
              {isBusy ? 'Closing the link' : 'Close the link'}
            </button>
          </>
        )}
      </footer>
    )
  const lookButton = (
    <button type="button" className="btn q" disabled={isBusy || isLooking || !canShare} onClick={onLook}>
      <Icon name="eye" />
      {isLooking ? 'Freezing' : 'Preview'}
    </button>
  )
  if (!open)
    return (
      <footer>
        <span className="meta grow">{undecided > 0 ? `${toDecide} to make this public.` : 'Nothing is public yet.'}</span>
        {lookButton}
        <button
          type="button"
          className="btn p"
          disabled={isBusy || !canShare || undecided > 0}
          onClick={() => onChange('public')}
        >
          {isBusy ? 'Freezing' : 'Make public'}
        </button>
      </footer>
    )
  const isBehind = isApart(open)
  return (
    <footer>
      <span className="meta grow">
        {isBehind && undecided > 0
          ? `${toDecide} to update.`
          : isBehind
            ? 'The address stays the same.'
            : `Version ${open.version} holds ${partNames[kind].whole}. Frozen ${formatMoment(open.sharedAt)}.`}
      </span>
      <button type="button" className="btn d" disabled={isBusy} onClick={() => onWant('private')}>
        Close the link…
      </button>
      {isBehind && lookButton}
      <button type="button" className="btn p" disabled={isBusy || !isBehind || undecided > 0} onClick={() => onChange('public')}>
        {isBusy ? 'Freezing' : `Update to version ${open.version + 1}`}
      </button>
    </footer>
  )
}

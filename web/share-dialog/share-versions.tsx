import type { ShareState } from '../../contract/share.ts'
import { formatMoment } from '../controls/format-text.ts'

/** Every update of the link, newest first. */
export function ShareVersions({ share }: { readonly share: Extract<ShareState, { visibility: 'public' }> }) {
  return (
    <>
      <h2>Versions</h2>
      <ol className="vers">
        {share.versions.toReversed().map(({ version, frozenAt }) => (
          <li key={version}>
            <b>Version {version}</b>
            <span className="dim num">{formatMoment(frozenAt)}</span>
            {version === share.version ? (
              <span className="tag live push">public now</span>
            ) : share.policy.versionsVisible ? (
              <a
                className="push"
                href={`${share.url}/v${version}`}
                target="_blank"
                rel="noreferrer"
                aria-label={`View version ${version}`}
              >
                View
              </a>
            ) : (
              <span className="meta push">not shown</span>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

const shapes = {
  unsorted: <path d="m5 6 3-3 3 3M5 10l3 3 3-3" />,
  ascending: <path d="M8 13V3M4.5 6.5 8 3l3.5 3.5" />,
  descending: <path d="M8 3v10M4.5 9.5 8 13l3.5-3.5" />,
  plus: <path d="M8 3v10M3 8h10" />,
  link: <path d="M7 9a2.5 2.5 0 0 0 3.5 0l2-2A2.5 2.5 0 0 0 9 3.5l-1 1M9 7a2.5 2.5 0 0 0-3.5 0l-2 2A2.5 2.5 0 0 0 7 12.5l1-1" />,
  left: <path d="M10 3.5 5.5 8 10 12.5" />,
  find: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  sliders: (
    <path d="M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M10.2 3a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM5.8 10a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z" />
  ),
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  down: <path d="m3.5 6 4.5 4.5L12.5 6" />,
  clip: <path d="M13 7.5 8 12.4a3 3 0 0 1-4.3-4.3l5.4-5.3a2 2 0 0 1 2.9 2.9L6.8 11a1 1 0 0 1-1.4-1.4l4.7-4.7" />,
  up: <path d="M8 13V3M3.5 7.5 8 3l4.5 4.5" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  file: <path d="M9.5 2h-6v12h9V5zM9.5 2v3h3" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
      <path d="M10.5 5.5v-3h-8v8h3" />
    </>
  ),
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  again: <path d="M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7" />,
  eye: (
    <>
      <path d="M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z" />
      <circle cx="8" cy="8" r="1.8" />
    </>
  ),
  share: <path d="M8 9.5v-7M5 5l3-3 3 3M4 7.5H2.8v6h10.4v-6H12" />,
  pencil: <path d="m3 13 .6-2.8 7-7a1 1 0 0 1 1.4 0l.8.8a1 1 0 0 1 0 1.4l-7 7z" />,
  bin: <path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4" />,
  dots: (
    <>
      <circle cx="3.5" cy="8" r=".9" fill="currentColor" stroke="none" />
      <circle cx="8" cy="8" r=".9" fill="currentColor" stroke="none" />
      <circle cx="12.5" cy="8" r=".9" fill="currentColor" stroke="none" />
    </>
  ),
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  leave: <path d="M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3" />,
  theme: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />
    </>
  ),
  download: <path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10" />,
  grid: <path d="M2.5 2.5h11v11h-11zM2.5 6.5h11M7.5 6.5v7" />,
  database: (
    <>
      <ellipse cx="8" cy="4" rx="5" ry="1.8" />
      <path d="M3 4v8c0 1 2.2 1.8 5 1.8s5-.8 5-1.8V4M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8" />
    </>
  ),
  talk: <path d="M2.5 3h11v8h-6l-3 2.5V11h-2z" />,
  star: <path d="m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z" />,
  pin: <path d="M6 2.5h4M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v5" />,
  gear: (
    <>
      <circle cx="8" cy="8" r="2.2" />
      <path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4" />
    </>
  ),
  archive: <path d="M2.5 3h11v3h-11zM3.5 6v7.5h9V6M6.5 9h3" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.2l2 1.3" />
    </>
  ),
  calendar: <path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3" />,
  person: (
    <>
      <circle cx="8" cy="5.5" r="2.6" />
      <path d="M2.8 13.5c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4" />
    </>
  ),
} as const

export type IconName = keyof typeof shapes

/** A 16 px line drawing beside a word, never instead of one for readers of the screen. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className="i" viewBox="0 0 16 16" aria-hidden="true">
    {shapes[name]}
  </svg>
)

/** A Q whose tail is the freeze line. */
export const Mark = () => (
  <span className="mark">
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="9" r="6.5" />
      <path d="M9 13.5h10M9 17h10" strokeWidth="1.5" />
    </svg>
    QRY
  </span>
)

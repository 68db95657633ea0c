/** Grey lines where text is about to stand. */
export const Skeleton = ({ lines, label }: { readonly lines: number; readonly label: string }) => (
  <div className="skel" role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, index) => (
      <i key={index} />
    ))}
  </div>
)

declare module 'plotly.js-cartesian-dist-min' {
  const Plotly: {
    react(place: HTMLElement, data: readonly object[], layout: object, config: object): Promise<unknown>
  }
  export default Plotly
}

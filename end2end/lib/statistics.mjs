// The little statistics that measurements need.

/** The value below which a share of the numbers lies. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

/** Whether two samples come from the same distribution: the rank test of Mann and Whitney, by its normal approximation. */
export function mannWhitney(a, b) {
  const all = [...a.map(value => ({ value, own: true })), ...b.map(value => ({ value, own: false }))].sort((x, y) => x.value - y.value)
  const ranks = all.reduce((sum, { own }, index) => sum + (own ? index + 1 : 0), 0)
  const u = ranks - (a.length * (a.length + 1)) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  const z = (u - (a.length * b.length) / 2) / deviation
  return { z, p: 2 * (1 - normal(Math.abs(z))) }
}

/** The normal distribution's share below `x` (Abramowitz and Stegun, 26.2.17). */
function normal(x) {
  const t = 1 / (1 + 0.2316419 * x)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series
}

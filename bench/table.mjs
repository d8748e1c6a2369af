// The result of a run as text: one table of figures beside targets, one of purser beside its peers.
const number = value => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(value < 1 ? 2 : 1))
const row = cells => `| ${cells.join(' | ')} |\n`

function judged({ met, target, unit, value, ratio }) {
  const beside = ratio === undefined ? '' : ` (ratio ${ratio.toFixed(2)})`
  if (target === null) return ['', `told${beside}`]
  return [`< ${number(target)} ${unit}`, `${met ? 'met' : `MISSED by ${number(value - target)} ${unit}`}${beside}`]
}

export function markdown({ node, cpu, load, full, findings, peers, failed }) {
  let text = `Node ${node}, ${cpu}, ${full ? 'full' : 'quick'} run, medians; load average at the start ${load.toFixed(1)}.\n\n`
  if (findings.length > 0) {
    text += row(['what', 'measured', 'target', 'verdict']) + row(['---', '---:', '---:', '---'])
    for (const each of findings) text += row([each.what, `${number(each.value)} ${each.unit}`, ...judged(each)])
    text += '\n'
  }
  if (peers.length > 0) {
    text += row(['home', 'who', 'wall', 'processor', 'peak memory', 'total tokens']) + row(['---:', '---', '---:', '---:', '---:', '---'])
    for (const { mib, who, ms, cpuMs, peakMib, tokens, right } of peers) {
      text += row([`${mib} MiB`, who, `${(ms / 1_000).toFixed(2)} s`, `${(cpuMs / 1_000).toFixed(2)} s`, `${peakMib.toFixed(0)} MiB`, tokens === right ? 'exact' : `off by ${tokens - right} of ${right}`])
    }
    text += '\n'
  }
  for (const { bench, why } of failed) text += `NOT MEASURED: ${bench}: ${why}\n`
  return text
}

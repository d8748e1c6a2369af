// Peak memory of indexing one log must not depend on its length: the same at 64 MiB and at several gigabytes.
import { corpusHome, forget } from './corpus.mjs'
import { cost, finding, median, purser } from './measure.mjs'

const SMALL_MIB = 64, GROWTH_MIB = 20

export async function memory({ folder, mib, rounds }) {
  const peaks = { small: [], large: [] }
  const homes = { small: corpusHome(folder, { mib: SMALL_MIB, files: 1 }), large: corpusHome(folder, { mib, files: 1 }) }
  for (let round = 0; round < rounds; round++) {
    for (const [name, { home, truth }] of Object.entries(homes)) {
      forget(home)
      peaks[name].push((await cost(purser('index', '--json'), { home })).peakMib)
      const { total } = JSON.parse((await cost(purser('report', 'total', '--json'), { home })).stdout)
      if (total.responses !== truth.responses || total.tokens.output !== truth.output) throw new Error(`one log of ${name} size: ${total.responses} responses counted, ${truth.responses} written`)
    }
  }
  for (const { home } of Object.values(homes)) forget(home)
  const small = median(peaks.small), large = median(peaks.large)
  return { findings: [
    finding(`index of one log of ${SMALL_MIB} MiB, peak memory`, small, 'MiB', null),
    finding(`index of one log of ${mib} MiB, peak memory`, large, 'MiB', null),
    finding(`growth of the peak from ${SMALL_MIB} to ${mib} MiB`, large - small, 'MiB', GROWTH_MIB),
  ] }
}

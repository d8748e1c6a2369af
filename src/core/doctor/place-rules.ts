// purser's own folders and files: nobody else may look, write or redirect them.
import type { DoctorFacts, PlaceFact } from './facts.ts'
import { fine, note, problem, shellWord, some, warning, type Finding } from './finding.ts'

const OTHERS_WRITE = 0o022
const OTHERS_ANY = 0o077

const WHAT: Record<PlaceFact['what'], string> = { state: 'state folder', runtime: 'runtime folder', database: 'database', config: 'config file' }
const OVERRIDE: Record<PlaceFact['what'], string> = { state: 'PURSER_STATE', runtime: 'PURSER_RUNTIME', database: 'PURSER_STATE', config: 'PURSER_CONFIG' }

export const placeRules = (facts: DoctorFacts): readonly Finding[] => facts.places.flatMap(place => placeRule(place, facts))

function placeRule(place: PlaceFact, facts: DoctorFacts): readonly Finding[] {
  const id = `place.${place.what}`
  const name = WHAT[place.what]
  const word = shellWord(place.path)
  if (place.kind === 'missing') return [fine(id, `There is no ${name} yet`, place.path)]
  // Config is often kept in a dotfiles folder behind a link; it is read, and its target's bits count.
  if (place.kind === 'link' && place.what !== 'config') {
    return [problem(id, { title: `The ${name} is a symbolic link`, detail: `Whoever owns what ${place.path} points to can redirect purser's records.`, remedy: `Put a real one there: \`rm ${word}\` removes the link only; or name another folder: \`export ${OVERRIDE[place.what]}=DIR\`` })]
  }
  if (place.kind === 'unreadable') return [problem(id, { title: `The ${name} cannot be read`, detail: `${place.path} is closed to you.`, remedy: `Look at it: \`ls -ld ${word}\`` })]
  if (place.kind !== (place.what === 'database' || place.what === 'config' ? 'file' : 'folder') && place.kind !== 'link') {
    return [problem(id, { title: `The ${name} is something else`, detail: `${place.path} is not a ${place.what === 'database' || place.what === 'config' ? 'file' : 'folder'}.`, remedy: `Look at it: \`ls -ld ${word}\`; or name another place: \`export ${OVERRIDE[place.what]}=PATH\`` })]
  }
  if (place.owner === 'another') return [problem(id, { title: `The ${name} belongs to another user`, detail: `${place.path}: its owner can change what purser believes.`, remedy: `Look at it: \`ls -ld ${word}\`; or name your own: \`export ${OVERRIDE[place.what]}=PATH\`` })]
  return modeRule(place, facts)
}

function modeRule(place: PlaceFact, { config, platform }: DoctorFacts): readonly Finding[] {
  const id = `place.${place.what}`
  const name = WHAT[place.what]
  // Windows has access lists instead of bits; node shows invented ones.
  if (platform.system === 'win32') return [fine(id, `The ${name} is there`, place.path)]
  const remedy = `Type \`chmod ${place.what === 'state' || place.what === 'runtime' ? '700' : '600'} ${shellWord(place.path)}\``
  const bits = place.mode.toString(8).padStart(4, '0')
  if ((place.mode & OTHERS_WRITE) !== 0) return [problem(id, { title: `Others may write the ${name}`, detail: `${place.path} has mode ${bits}.`, remedy })]
  // A config without a secret is nobody's secret.
  if ((place.mode & OTHERS_ANY) !== 0 && (place.what !== 'config' || config.holdsSecrets)) {
    return [warning(id, { title: `Others may read the ${name}`, detail: `${place.path} has mode ${bits}${place.what === 'config' ? ' and holds a token or a secret address' : ''}.`, remedy })]
  }
  return [fine(id, `The ${name} is private`, place.path)]
}

export const plainChannelRule = ({ config }: DoctorFacts): readonly Finding[] => (config.plainChannels.length === 0 ? [] : [note('notify.plain', {
  title: 'A notification channel sends its credential unencrypted', detail: `${some(config.plainChannels)}: everyone on the way can read it.`, remedy: 'Use an https address: `purser config edit`, then `purser notify test`',
})])

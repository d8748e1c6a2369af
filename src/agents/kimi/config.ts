// What Kimi CLI's own files say around a session: the folder whose digest names the project, and the model in use. Only
// those two are picked; the configuration also holds keys, which are passed over.
import type { Opening } from '../../core/sessions/log-source.ts'
import { isObject, objectIn, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { md5 } from './md5.ts'

export const PROJECTS = '../kimi.json', CONFIG_TOML = '../config.toml', CONFIG_JSON = '../config.json'

// A registry of more folders is not one person's.
const FOLDERS_MAX = 10_000

/** `sessions/<md5 of the path>/...`; `<host>_<md5>` for a folder on another machine, which is no folder of this one. */
export function cwdOf({ path, companions }: Opening): string {
  const project = path.slice(0, path.indexOf('/'))
  const folders = objectIn(parsedJson(companions[PROJECTS]))['work_dirs']
  if (!Array.isArray(folders)) return ''
  for (const folder of folders.slice(0, FOLDERS_MAX)) {
    const at = isObject(folder) ? folder['path'] : ''
    if (typeof at === 'string' && at !== '' && md5(at) === project) return safeText(at)
  }
  return ''
}

/** The id of the model that is the default: what is sent to the vendor, not the user's name for it. '' when nothing tells. */
export function modelOf({ companions }: Opening): string {
  const toml = companions[CONFIG_TOML] ?? ''
  const fromToml = toml === '' ? '' : tomlModel(toml)
  if (fromToml !== '') return fromToml
  const config = objectIn(parsedJson(companions[CONFIG_JSON]))
  const name = textOf(config['default_model'])
  return textOf(objectIn(config, 'models', name)['model']) || name
}

const SECTION = /^\s*\[([^[\]]*(?:"[^"]*")?[^[\]]*)\]\s*(?:#.*)?$/
const MODEL_SECTION = /^models\.(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))$/
const SETTING = /^\s*(default_model|model)\s*=\s*(?:"([^"\\]*)"|'([^']*)')/

/** Two settings of a TOML file whose other lines do not matter: not a reader of TOML. */
function tomlModel(text: string): string {
  const models = new Map<string, string>()
  let section = '', name = ''
  for (const line of text.split('\n')) {
    const opened = SECTION.exec(line)
    if (opened) section = (opened[1] ?? '').trim()
    const setting = SETTING.exec(line)
    if (!setting) continue
    const value = setting[2] ?? setting[3] ?? ''
    const model = MODEL_SECTION.exec(section)
    if (setting[1] === 'default_model' && section === '') name = value
    else if (setting[1] === 'model' && model) models.set(model[1] ?? model[2] ?? model[3] ?? '', value)
  }
  return safeText(models.get(name) ?? name)
}

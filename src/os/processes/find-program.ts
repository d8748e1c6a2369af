// Finds the program a person typed, as a shell would, before anything is promised to it; and the version its package says.
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'

export type FoundProgram =
  | { readonly found: true; readonly file: string }
  /** `why`: for people, with the name in it. */
  | { readonly found: false; readonly why: string }

/** `name` with a slash is a path below `folder`; without one it is looked for in PATH. */
export function findProgram(name: string, { folder, path }: { readonly folder: string; readonly path: string }): FoundProgram {
  if (name === '') return { found: false, why: 'an empty word is no program' }
  if (name.includes('/')) {
    const file = resolve(folder, name), flaw = flawOf(file)
    return flaw === '' ? { found: true, file } : { found: false, why: `${name} ${flaw}` }
  }
  let refused = ''
  for (const each of path.split(delimiter)) {
    // An empty entry is the working directory, as in every shell.
    const file = isAbsolute(each) ? join(each, name) : resolve(folder, each, name)
    const flaw = flawOf(file)
    if (flaw === '') return { found: true, file }
    if (flaw !== ABSENT && refused === '') refused = `${file} ${flaw}`
  }
  return { found: false, why: refused === '' ? `there is no program "${name}" in PATH` : refused }
}

const ABSENT = 'does not exist'

function flawOf(file: string): string {
  try {
    if (statSync(file).isDirectory()) return 'is a folder'
    accessSync(file, constants.X_OK)
    return ''
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'may not be run by you' : ABSENT
  }
}

// From node_modules/.bin through the link into the package and up to its own description: never further than this.
const FOLDERS_UP = 5

/** The version of the npm package the program lies in; '' when it lies in none that says so. */
export function packageVersion(file: string): string {
  let folder = dirname(resolved(file))
  for (let up = 0; up < FOLDERS_UP; up++, folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown }
      if (typeof version === 'string') return version
    } catch {
      // No description here, or none that can be read: the folder above may have one.
    }
  }
  return ''
}

function resolved(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

// The version of this build, from the one place that states it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

let version: string | undefined

/** Version of the package this code runs from; the bundle lies in dist/, the source in src/daemon/. */
export function ownVersion(): string {
  version ??= (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version
  return version
}

/** The package's own folder: where migrations/ and dist/ lie. */
export function packageFolder(): string {
  const here = import.meta.dirname
  return /[\\/]dist([\\/]|$)/.test(here) ? here.slice(0, here.lastIndexOf('dist') - 1) : join(here, '..', '..')
}

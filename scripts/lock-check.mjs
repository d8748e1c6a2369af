// The lock names every platform's packages (registries publish them late, and npm then writes a lock that cannot be
// installed elsewhere), names no registry, and gives no dependency that runs in production an install script.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT, say } from './steps.mjs'

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))
const problems = []

for (const [place, entry] of Object.entries(lock.packages)) {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
  if (place !== '' && !entry.link && !entry.integrity) problems.push(`${name} has no integrity hash`)
  if (entry.resolved && /^https?:/.test(entry.resolved)) problems.push(`${name} names a registry; remove the "resolved" fields`)
  for (const optional of Object.keys(entry.optionalDependencies ?? {})) {
    if (!lock.packages[`node_modules/${optional}`] && !lock.packages[`${place}/node_modules/${optional}`]) problems.push(`${name || 'package.json'} wants ${optional}, which the lock lacks: step back to a version whose platform packages all exist`)
  }
  if (entry.hasInstallScript && !entry.dev && !entry.devOptional && name !== '' && !(name in (manifest.optionalDependencies ?? {}))) problems.push(`${name} runs an install script in production`)
}
for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
  for (const [name, range] of Object.entries(manifest[group] ?? {})) {
    if (lock.packages['']?.[group]?.[name] !== range) problems.push(`${name} is ${range} in package.json and ${lock.packages['']?.[group]?.[name] ?? 'absent'} in the lock: npm install`)
  }
}
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length === 0) say(`the lock is complete: ${Object.keys(lock.packages).length - 1} packages`)
process.exit(problems.length ? 1 : 0)

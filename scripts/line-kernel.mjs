// `npm run line-kernel`: src/os/logs/line-kernel.wat -> src/os/logs/line-kernel-bytes.ts. A test assembles it again and compares.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { assemble } from './assemble.mjs'
import { ROOT, say } from './steps.mjs'

const inOs = file => path.join(ROOT, 'src', 'os', 'logs', file)
const bytes = assemble(readFileSync(inOs('line-kernel.wat'), 'utf8'))
writeFileSync(inOs('line-kernel-bytes.ts'), `// Made from line-kernel.wat by scripts/line-kernel.mjs.\nexport const KERNEL =\n${Buffer.from(bytes).toString('base64').replace(/.{1,120}/g, "  '$&' +\n").replace(/ \+\n$/, '\n')}`)
say(`line-kernel: ${bytes.length} bytes`)

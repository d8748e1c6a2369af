// `npm run types`: both walls at once, the whole tree with node types and core + agents without any.
import path from 'node:path'
import { ROOT, run } from './steps.mjs'

const compiler = path.join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.cmd' : 'tsc')
const results = await Promise.all(['tsconfig.json', 'tsconfig.core.json'].map(project => run(compiler, ['-p', project])))
const printed = new Set(results.flatMap(({ output }) => output.split('\n')).filter(line => line.trim() !== ''))
for (const line of printed) process.stdout.write(`${line}\n`)
process.exit(results.some(({ code }) => code !== 0) ? 1 : 0)

// `npm run test:sabotage`: the tests are tested. Each row of test/sabotage/*.json breaks one line of production code in
// a copy of the tree; the named test file must then fail. A mutation that survives is a hole in the tests: exit 1.
//   { "file": "src/…", "find": "…exactly once…", "replace": "…", "test": "test/….test.ts", "why": "what it would cost a user" }
// `npm run test:sabotage -- WORD` runs only the rows that mention WORD; PURSER_SABOTAGE_MINUTES=30 begins none after that.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inCleanRoom } from './clean-room.mjs'
import { ensureInstalled } from './prepare.mjs'
import { inTurn, minutesOf, tryAll } from './sabotage-run.mjs'
import { ROOT, run, say, seconds } from './steps.mjs'

const PARALLEL = 2
// A mutation may make a loop endless; the slowest honest test file takes far less.
const TEST_MS_MAX = 120_000
const COPIED = ['src', 'test', 'bench', 'scripts', 'migrations', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.core.json', 'vitest.config.ts', 'README.md', 'CHANGELOG.md']

export function readRows(filter) {
  const folder = path.join(ROOT, 'test', 'sabotage')
  const rows = readdirSync(folder).filter(name => name.endsWith('.json')).sort()
    .flatMap(name => JSON.parse(readFileSync(path.join(folder, name), 'utf8')).map((row, index) => ({ ...row, id: `${name.replace('.json', '')} ${index + 1}` })))
  return rows.filter(row => filter === '' || JSON.stringify(row).includes(filter))
}

/** What is wrong with a row before it is even tried; '' when it fits the code. */
export function misfit({ file, find, replace, test, why }) {
  if (![file, find, replace, test, why].every(value => typeof value === 'string')) return 'a row needs file, find, replace, test and why, all text'
  if (!existsSync(path.join(ROOT, file))) return `${file} does not exist`
  if (!existsSync(path.join(ROOT, test))) return `${test} does not exist`
  const times = readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1
  if (times !== 1) return `"${find}" is ${times} times in ${file}, it has to be there exactly once`
  return find === replace ? 'the mutation changes nothing' : ''
}

function copyTree(folder) {
  mkdirSync(folder)
  for (const name of COPIED) if (existsSync(path.join(ROOT, name))) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  if (existsSync(path.join(ROOT, 'dist'))) cpSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), { recursive: true })
}

const vitest = (folder, env, test) => run(process.execPath, [path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, '--bail=1', '--retry=0', '--reporter=dot', '--project=unit', '--project=process', test], { cwd: folder, env, timeoutMs: TEST_MS_MAX })

/** Whether a test passes on the unbroken tree: one that fails there would "catch" anything. A loaded machine gets a second try. */
async function isSound(test, folder, env) {
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { code, output } = await vitest(folder, env, test)
    if (code === 0) return true
    say(`${test} fails on the unbroken tree\n${output.split('\n').slice(0, 60).join('\n')}`)
  }
  return false
}

async function sabotage(row, folder, env) {
  const target = path.join(folder, row.file)
  const sound = readFileSync(target, 'utf8')
  writeFileSync(target, sound.split(row.find).join(row.replace))
  try {
    const { code, output } = await vitest(folder, env, row.test)
    // Code that does not load fails every test without testing anything.
    if (code !== 0 && /SyntaxError|Transform failed|PARSE_ERROR/.test(output)) return { caught: false, note: 'the mutated source does not parse, so it proves nothing' }
    return { caught: code !== 0, note: code === 124 ? 'by its time limit' : '' }
  } finally {
    writeFileSync(target, sound)
  }
}

async function tryRow(row, folder, env) {
  const since = performance.now()
  const { caught, note } = await sabotage(row, folder, env)
  say(`${caught ? 'caught  ' : 'SURVIVED'} ${row.id.padEnd(20)} ${seconds(since).padStart(7)}  ${row.why}${note && ` (${note})`}`)
  return caught
}

async function main({ folder, env }, rows, { minutes, commit }) {
  const begun = performance.now()
  const bad = rows.map(row => [row, misfit(row)]).filter(([, why]) => why !== '')
  for (const [row, why] of bad) say(`MISFIT  ${row.id}: ${why}`)
  const trees = Array.from({ length: PARALLEL }, (_, worker) => path.join(folder, `tree-${worker}`))
  for (const tree of trees) copyTree(tree)
  const groups = inTurn(rows.filter(row => !bad.some(([misfitting]) => misfitting === row)), commit)
  const { caught, survivors, unsound } = await tryAll(groups, {
    trees, say, limitMs: minutes * 60_000, elapsedMs: () => performance.now() - begun,
    isSound: (test, tree) => isSound(test, tree, env), tryRow: (row, tree) => tryRow(row, tree, env),
  })
  const failed = survivors.length + unsound.length + bad.length
  say(`${caught} passed, ${failed} failed`)
  return failed === 0 && rows.length > 0 ? 0 : 1
}

if (path.resolve(process.argv[1] ?? '') === path.join(ROOT, 'scripts', 'sabotage.mjs')) {
  const minutes = minutesOf(process.env.PURSER_SABOTAGE_MINUTES)
  await ensureInstalled()
  const commit = (await run('git', ['rev-parse', 'HEAD'])).stdout.trim()
  const rows = readRows(process.argv[2] ?? '')
  process.exitCode = await inCleanRoom(room => main({ ...room, env: { ...room.env, NO_COLOR: '1' } }, rows, { minutes, commit }))
}

#!/usr/bin/env node
// The rate card: data/rates (a pinned snapshot and our overlay) -> src/core/pricing/rate-card-data.ts. Offline, plain
// Node, no dependency. CI runs --check, so no price reaches a build without a reviewed change of a pinned file.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileCard, renderCard } from './rate-card/compile.mjs'
import { PACKAGE, sha256, takeSnapshot } from './rate-card/snapshot.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const RATES = join(ROOT, 'data', 'rates')
const OUTPUT = join(ROOT, 'src', 'core', 'pricing', 'rate-card-data.ts')
const PINS = join(RATES, 'pins.json')
const SNAPSHOT = 'genai-prices.snapshot.json'
const LICENCE = 'genai-prices.LICENSE'
const OVERLAY = 'overlay.json'

const USAGE = `usage: node scripts/rate-card.mjs            write src/core/pricing/rate-card-data.ts from data/rates
       node scripts/rate-card.mjs --check    exit 1 when that file or a pinned hash differs
       node scripts/rate-card.mjs --pin      after editing ${OVERLAY}: pin it, then write the file
       node scripts/rate-card.mjs --update DIR   take a new snapshot from an installed ${PACKAGE} and pin it`

function main([mode, directory, ...rest]) {
  if (rest.length > 0 || (mode === '--update') !== (directory !== undefined)) return usage()
  if (mode === undefined) return write(build(readJson(PINS)))
  if (mode === '--check') return check(build(readJson(PINS)))
  if (mode === '--pin') return pinOverlay()
  if (mode === '--update') return update(directory)
  return usage()
}

function write({ card, text }) {
  writeFileSync(OUTPUT, text)
  say(`rate card ${card.version}: ${card.models.length} models, ${text.length} bytes written to src/core/pricing/rate-card-data.ts`)
}

function check({ card, text }) {
  if (readText(OUTPUT) !== text) throw new Error('src/core/pricing/rate-card-data.ts is not what data/rates gives; run: node scripts/rate-card.mjs')
  say(`rate card ${card.version}: ${card.models.length} models, up to date`)
}

/** Nothing is written unless the edited overlay gives a card. */
function pinOverlay() {
  const pins = { ...readJson(PINS), [OVERLAY]: hashOf(OVERLAY) }
  const built = build(pins)
  writePins(pins)
  write(built)
}

function update(directory) {
  const { text, licence, version } = takeSnapshot(directory)
  const pins = readJson(PINS)
  writeFileSync(join(RATES, SNAPSHOT), text)
  writeFileSync(join(RATES, LICENCE), licence)
  writePins({ ...pins, [SNAPSHOT]: hashOf(SNAPSHOT), [LICENCE]: hashOf(LICENCE) })
  say(`snapshot of ${PACKAGE} ${version} taken and pinned; review git diff data/rates, then run: node scripts/rate-card.mjs`)
}

function build(pins) {
  for (const name of [SNAPSHOT, LICENCE, OVERLAY]) {
    if (hashOf(name) === pins[name]) continue
    throw new Error(`data/rates/${name} has sha256 ${hashOf(name)}, but pins.json says ${pins[name]}; `
      + (name === OVERLAY ? 'if the edit is meant, run: node scripts/rate-card.mjs --pin' : 'restore it with git, or take a new snapshot with --update DIR'))
  }
  const card = compileCard(readJson(join(RATES, SNAPSHOT)), readJson(join(RATES, OVERLAY)))
  return { card, text: renderCard(card) }
}

const hashOf = name => sha256(readText(join(RATES, name)))
const writePins = pins => writeFileSync(PINS, `${JSON.stringify(Object.fromEntries(Object.entries(pins).sort()), null, 2)}\n`)

/** A checkout with CRLF is the same data. */
const readText = path => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')

function readJson(path) {
  try {
    return JSON.parse(readText(path))
  } catch (cause) {
    throw new Error(`${path}: ${cause.message}`, { cause })
  }
}

function usage() {
  process.stderr.write(`${USAGE}\n`)
  process.exitCode = 2
}

const say = text => process.stdout.write(`${text}\n`)

try {
  main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`rate-card: ${error.message}\n`)
  process.exitCode = 1
}

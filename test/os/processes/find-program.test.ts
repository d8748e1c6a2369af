import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findProgram, packageVersion } from '../../../src/os/processes/find-program.ts'
import { tempHome } from '../../support/home.ts'

const home = tempHome('programs')
afterAll(() => home.remove())
const place = (...parts: readonly string[]): string => join(home.path, ...parts)
const program = (file: string, mode = 0o755): string => {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, mode)
  return file
}
const first = program(place('a', 'tool')), second = program(place('b', 'tool')), here = program(place('work', 'bin', 'tool'))
const find = (name: string, path = `${place('a')}:${place('b')}`): unknown => findProgram(name, { folder: place('work'), path })

describe('a program', () => {
  it('is found in the first folder of PATH that has it', () => {
    expect(find('tool')).toEqual({ found: true, file: first })
    expect(find('tool', `${place('none')}:${place('b')}:${place('a')}`)).toEqual({ found: true, file: second })
  })
  it('is a path below the working directory when it has a slash', () => {
    expect(find('./bin/tool')).toEqual({ found: true, file: here })
    expect(find(second)).toEqual({ found: true, file: second })
    expect(find('./tool')).toEqual({ found: false, why: './tool does not exist' })
  })
  it('is looked for in the working directory where PATH has an empty entry', () => {
    program(place('work', 'local'))
    expect(find('local', `${place('a')}:`)).toEqual({ found: true, file: place('work', 'local') })
  })
  it('is not there, is a folder, or may not be run: each is said', () => {
    program(place('a', 'plain'), 0o644)
    mkdirSync(place('work', 'folder'))
    expect(find('nothing')).toEqual({ found: false, why: 'there is no program "nothing" in PATH' })
    expect(find('./folder')).toEqual({ found: false, why: './folder is a folder' })
    expect(find('')).toMatchObject({ found: false })
    // The superuser may look into everything, but runs nothing without a mark.
    expect(find('plain')).toEqual({ found: false, why: `${place('a', 'plain')} may not be run by you` })
  })
})

describe('a version', () => {
  it('is what the package says that a link leads into', () => {
    const inside = program(place('lib', 'node_modules', 'tool', 'bin', 'tool.js'))
    writeFileSync(place('lib', 'node_modules', 'tool', 'package.json'), '{"name":"tool","version":"0.61.0"}')
    symlinkSync(inside, place('b', 'linked'))
    expect(packageVersion(place('b', 'linked'))).toBe('0.61.0')
  })
  it('is not known outside of packages, and not taken from far above', () => {
    writeFileSync(place('package.json'), '{"version":"9.9.9"}')
    expect(packageVersion(program(place('x', '1', '2', '3', '4', '5', 'deep')))).toBe('')
    expect(packageVersion(place('gone'))).toBe('9.9.9')
    writeFileSync(place('package.json'), '{"version":1}')
    expect(packageVersion(first)).toBe('')
  })
})

// Where purser keeps its things, by the XDG rules and our overrides, and the folders' modes: others may not look.
import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { shellWord } from '../core/doctor/finding.ts'
import { AppError } from '../core/errors.ts'

export interface Places {
  readonly home: string
  readonly configFile: string
  readonly state: string
  readonly database: string
  readonly locks: string
  readonly backups: string
  readonly runtime: string
  readonly socket: string
  readonly log: string
  /** What a program on a loopback port says to be known. */
  readonly httpToken: string
}

type Variables = Readonly<Record<string, string | undefined>>
// sun_path holds 108 bytes on Linux and 104 on macOS, with a closing NUL.
const SOCKET_PATH_BYTES_MAX = 103

/**
 * All places for these environment variables. Throws `invalid_input` when there is no home, when a path of ours is not
 * absolute (the ledger would be another one in every folder), or when the socket path is too long.
 */
export function placesFor(variables: Variables): Places {
  const home = absolute('HOME', variables) ?? homedir()
  if (!home) throw new AppError('invalid_input', 'there is no home folder: set HOME, or PURSER_CONFIG, PURSER_STATE and PURSER_RUNTIME')
  const xdg = (name: string): string | undefined => (isAbsolute(variables[name] ?? '') ? variables[name] : undefined)
  const state = absolute('PURSER_STATE', variables) ?? join(xdg('XDG_STATE_HOME') ?? join(home, '.local', 'state'), 'purser')
  const runtimes = xdg('XDG_RUNTIME_DIR')
  const runtime = absolute('PURSER_RUNTIME', variables) ?? (runtimes === undefined ? state : join(runtimes, 'purser'))
  const socket = join(runtime, 'purser.sock')
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES_MAX) {
    throw new AppError('invalid_input', `the socket path ${socket} is longer than ${SOCKET_PATH_BYTES_MAX} bytes; set PURSER_RUNTIME to a shorter folder`)
  }
  return {
    home, state, runtime, socket,
    configFile: absolute('PURSER_CONFIG', variables) ?? join(xdg('XDG_CONFIG_HOME') ?? join(home, '.config'), 'purser', 'config.toml'),
    database: join(state, 'purser.db'), locks: join(state, 'locks'), backups: join(state, 'backups'),
    log: join(state, 'purser.log'), httpToken: join(state, 'http-token'),
  }
}

/** The variable's path, normalised; undefined when it is not set or empty. The XDG rules ignore relative paths, ours are an error. */
function absolute(name: string, variables: Variables): string | undefined {
  const value = variables[name] ?? ''
  if (value === '') return undefined
  if (isAbsolute(value)) return resolve(value)
  throw new AppError('invalid_input', `${name} is "${value}", which means another place in every folder; write it from the root: ${name}=${shellWord(resolve(value))}`)
}

/** True for a place that is there and that we may not write: another's permissions, or a mount without writing. */
export function isClosed(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch {
    return true
  }
}

const PRIVATE_FOLDER = 0o700
const OTHERS = 0o077

/** Makes a folder only its owner may use. Refuses a symlink or one of somebody else's: whoever owns it could redirect our money. */
export function ensurePrivateFolder(path: string, uid: number | undefined): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER })
  const found = lstatSync(path)
  if (found.isSymbolicLink()) throw new AppError('forbidden', `${path} is a symbolic link; purser keeps its state in a real folder: remove the link or set PURSER_STATE`)
  if (uid !== undefined && found.uid !== uid) throw new AppError('forbidden', `${path} belongs to another user (uid ${found.uid}); set PURSER_STATE to a folder of your own`)
  if ((found.mode & OTHERS) !== 0 && !isClosed(path)) chmodSync(path, PRIVATE_FOLDER)
}

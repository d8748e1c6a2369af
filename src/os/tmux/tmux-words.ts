// How words are handed to tmux so that they arrive as they are. tmux takes a `;` at the end of a word for the end of a
// command, runs a single word by a shell, and expands `#(...)` in names and folders: none of that may reach what a person,
// a log or a folder's name says.

/** A word whose last character would end the command. */
export const tmuxWord = (word: string): string => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word)

// Several words are run without a shell, so this constant one is there for what it takes away: a program that knew our
// server's address could end everybody else's terminal.
const WITHOUT_OUR_ADDRESS = ['/bin/sh', '-c', 'unset TMUX TMUX_PANE; exec "$@"', 'sh'] as const

export const paneCommand = (argv: readonly string[]): readonly string[] => [...WITHOUT_OUR_ADDRESS, ...argv].map(tmuxWord)

/** Exactly this session; without the mark tmux also takes one that only begins so. */
export const exactly = (name: string): string => `=${name}`
/** The one pane of exactly this session, for commands that want a pane. */
export const paneOf = (name: string): string => `=${name}:`

// tmux is one message between its client and its server, of at most 16 KiB.
export const MESSAGE_BYTES_MAX = 15 * 1024

// What a tool is: a name, what a model is told of it, what it takes and answers, and one function. Refusals are answers
// with a sentence; only what was typed wrong, or cannot be done at all, is an error.
import * as z from 'zod/mini'
import type { Caller } from '../api/caller-answer.ts'
import type { McpDoor } from '../api/mcp-door.ts'
import type { ControlPlane } from '../api/control-plane.ts'

/** One call: a control plane of its own, and who asks. */
export interface Asking {
  readonly plane: ControlPlane
  readonly door: Pick<McpDoor, 'asker' | 'folder'>
  /** The session this server runs in, proven; asked only by tools that need it. */
  caller(): Promise<Caller>
  /** A place in a queue that this server keeps for these names. */
  readonly ticketFor: (names: readonly string[]) => string
  readonly now: () => number
}

/** `says`: one calm line for the model. */
export interface Answered { readonly says: string; readonly content: Readonly<Record<string, unknown>> }

export interface Tool {
  readonly name: string
  readonly title: string
  readonly about: string
  /** Changes something: only there with `[mcp] write = true`. */
  readonly writes: boolean
  /** Asking twice with the same words is asking once. */
  readonly idempotent: boolean
  readonly input: z.ZodMiniObject
  readonly output: z.ZodMiniObject
  readonly run: (asking: Asking, input: never) => Promise<Answered>
}

interface Shape<I extends z.ZodMiniObject> extends Omit<Tool, 'input' | 'run'> {
  readonly input: I
  readonly run: (asking: Asking, input: z.infer<I>) => Promise<Answered>
}

/** Keeps the exact input for `run` while exporting what the table needs. */
export const tool = <I extends z.ZodMiniObject>(shape: Shape<I>): Tool => shape as unknown as Tool

/** What is left out is left out, not undefined. */
export const said = <T extends Readonly<Record<string, unknown>>>(given: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as { readonly [K in keyof T]: Exclude<T[K], undefined> }

export const text = (about: string, most = 1_024): z.ZodMiniString => z.string().check(z.minLength(1), z.maxLength(most), z.describe(about))
export const amount = (about: string): z.ZodMiniString => z.string().check(z.regex(/^\d{1,10}(\.\d{1,9})?$/, 'write US dollars as text, like "1.50"'), z.describe(about))

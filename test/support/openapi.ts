// docs/openapi.json: every operation as the daemon serves it, made from the table of operations and its comments.
import path from 'node:path'
import { ERROR_CODES } from '../../src/core/errors.ts'
import { HTTP_OPERATIONS } from '../../src/api/http-operations.ts'
import { ApiTypes, type Schema } from './api-types.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const ABOUT = `Every operation of purser, asked with POST and answered with JSON. Money is decimal text in US dollars; instants are ISO 8601 in UTC; asking again with the same id is asking once.

A refusal (over budget, locked, held by somebody else) is an answer: status 200 with "ok": false. Errors have a code, a sentence and another status.

Served on the daemon's unix socket, which only its owner may open; and, with [http] port in the configuration, on 127.0.0.1 with a bearer token, for the operations that say so (x-purser-http).

This file is generated from src/api; a test compares the two.`

export interface OpenApi { readonly paths: Readonly<Record<string, { readonly post: { readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }; readonly responses: { readonly 200: { readonly content: { readonly 'application/json': { readonly schema: Schema } } } } } }>>; readonly components: { readonly schemas: Readonly<Record<string, Schema>> } }

export function openApi(version: string): OpenApi & Schema {
  const types = new ApiTypes(ROOT)
  const paths = Object.fromEntries(types.members('src/api/control-plane.ts', 'Operations').map(operation => {
    const input = types.schemaOf(types.member(operation, 'in')), answer = types.schemaOf(types.member(operation, 'out')), { name, about } = operation
    const json = (schema: Schema): Schema => ({ content: { 'application/json': { schema } } })
    return [`/v1/${name}`, { post: {
      operationId: name, tags: [name.split('.')[0]], ...(about === '' ? {} : { description: about }), 'x-purser-http': HTTP_OPERATIONS.has(operation.name),
      requestBody: { required: false, ...json(input) },
      responses: { 200: { description: 'The answer; a refusal too.', ...json(answer) }, default: { $ref: '#/components/responses/Error' } },
    } }]
  }))
  const schemas = Object.fromEntries([...types.schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    openapi: '3.1.0',
    info: { title: 'purser', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [
      { url: 'http://purser', description: 'the unix socket: curl --unix-socket "$XDG_RUNTIME_DIR/purser/purser.sock"' },
      { url: 'http://127.0.0.1:{port}', description: 'with [http] port; the token is in the state folder', variables: { port: { default: '7377' } } },
    ],
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: { Error: { description: `What went wrong. ${errorTexts().join(', ')}.`, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } } },
      schemas: { ...schemas, Error: ERROR },
    },
  } as unknown as OpenApi & Schema
}

const errorTexts = (): readonly string[] => Object.entries(ERROR_CODES).filter(([, { http }]) => http !== 200).map(([code, { http, retryable }]) => `${code}: ${http}${retryable ? ', ask again later' : ''}`)
const ERROR: Schema = { type: 'object', properties: { error: { type: 'object', properties: { code: { enum: Object.keys(ERROR_CODES) }, message: { type: 'string' }, context: { type: 'object' } }, required: ['code', 'message', 'context'] } }, required: ['error'] }

// How each genuine client other than Claude Code is set up in a home of its own, pointed at the fake API, started, taken
// up again, forked, and told to hand work to a subagent. Nothing of the caller's environment reaches one.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { KNOWN_AGENTS } from '../../src/agents/known-agents.ts'
import type { Block } from './fake-messages-api.ts'

export interface AgentClient {
  /** The adapter's id. */
  readonly agent: string
  /** Writes what the client wants to find in its home; answers arguments of a first command that has to run once, if any. */
  prepare(home: string, url: string): readonly string[] | undefined
  environment(url: string): Readonly<Record<string, string>>
  start(prompt: string): readonly string[]
  resume?(session: string, prompt: string): readonly string[]
  fork?(session: string, prompt: string): readonly string[]
  /** A call of its tool that runs a command. */
  shell(command: string): Block
  /** A call of its tool that starts a subagent, and how that one ends where it has to say so. */
  readonly subagent?: { call(prompt: string): Block; readonly end?: Block }
  /** How it ends a turn where it has to call a tool for that. */
  readonly end?: Block
  /** At most so many requests of its own that it writes down nowhere: known, and in its README. */
  readonly unlogged: number
  readonly logs: RegExp
}

const MODEL = 'gpt-5.5'
const KEY = 'made-up-for-tests'
const quiet = { general: { disableAutoUpdate: true, enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false } }

/** The words after its name with which purser itself takes up a session of this agent. */
const takenUp = (agent: string, session: string): readonly string[] => KNOWN_AGENTS.get(agent)?.resume?.argv(session).slice(1) ?? []

function write(home: string, file: string, text: string | object): undefined {
  const place = path.join(home, file)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, typeof text === 'string' ? text : JSON.stringify(text))
}

const CODEX: AgentClient = {
  agent: 'codex',
  prepare: (home, url) => write(home, '.codex/config.toml', [
    `model = "${MODEL}"`, 'model_provider = "fake"', 'check_for_update_on_startup = false', 'approval_policy = "never"', 'sandbox_mode = "danger-full-access"',
    '[analytics]', 'enabled = false', '[model_providers.fake]', 'name = "fake"', `base_url = "${url}/v1"`, 'wire_api = "responses"', 'env_key = "OPENAI_API_KEY"', '',
  ].join('\n')),
  environment: () => ({ OPENAI_API_KEY: KEY }),
  start: prompt => ['exec', '--skip-git-repo-check', prompt],
  resume: (session, prompt) => ['exec', 'resume', '--skip-git-repo-check', session, prompt],
  fork: (session, prompt) => ['exec', 'fork', '--skip-git-repo-check', session, prompt],
  shell: cmd => ({ tool: 'exec_command', input: { cmd } }),
  unlogged: 0,
  logs: /\.codex\/sessions\/.*\.jsonl$/,
}

const GEMINI: AgentClient = {
  agent: 'gemini',
  prepare: home => write(home, '.gemini/settings.json', { ...quiet, security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } } }),
  environment: url => ({ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url }),
  start: prompt => ['-p', prompt, '--yolo'],
  resume: (session, prompt) => [...takenUp('gemini', session), '-p', prompt, '--yolo'],
  shell: command => ({ tool: 'run_shell_command', input: { command, description: 'a step' } }),
  subagent: { call: prompt => ({ tool: 'invoke_agent', input: { agent_name: 'generalist', prompt } }), end: { tool: 'complete_task', input: { result: 'done' } } },
  // The router's question which model the turn is for.
  unlogged: 1,
  logs: /\.gemini\/tmp\/.*\/chats\/.*\.jsonl$/,
}

const QWEN: AgentClient = {
  agent: 'qwen',
  prepare: home => write(home, '.qwen/settings.json', { ...quiet, security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } } }),
  environment: url => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'qwen3-coder-plus' }),
  start: prompt => ['-p', prompt, '--yolo'],
  resume: (session, prompt) => [...takenUp('qwen', session), '-p', prompt, '--yolo'],
  fork: (session, prompt) => ['--resume', session, '--fork-session', '-p', prompt, '--yolo'],
  shell: command => ({ tool: 'run_shell_command', input: { command, description: 'a step', is_background: false } }),
  subagent: { call: prompt => ({ tool: 'agent', input: { description: 'a part', prompt, subagent_type: 'general-purpose' } }) },
  unlogged: 0,
  logs: /\.qwen\/projects\/.*\/chats\/.*\.jsonl$/,
}

const openCodeLike = ({ agent, config, unlogged, logs }: Pick<AgentClient, 'agent' | 'unlogged' | 'logs'> & { readonly config: string }): AgentClient => ({
  agent,
  prepare: (home, url) => write(home, config, { autoupdate: false, model: `openai/${MODEL}`, small_model: `openai/${MODEL}`, provider: { openai: { options: { baseURL: `${url}/v1`, apiKey: KEY } } } }),
  environment: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', KILO_DISABLE_MODELS_FETCH: '1', KILO_DISABLE_AUTOUPDATE: '1' }),
  start: prompt => ['run', prompt],
  resume: (session, prompt) => ['run', '--session', session, prompt],
  fork: (session, prompt) => ['run', '--session', session, '--fork', prompt],
  shell: command => ({ tool: 'bash', input: { command, description: 'a step' } }),
  subagent: { call: prompt => ({ tool: 'task', input: { description: 'a part', prompt, subagent_type: 'general' } }) },
  unlogged,
  logs,
})

const COPILOT: AgentClient = {
  agent: 'copilot',
  prepare: () => undefined,
  environment: url => ({ COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_PROVIDER_TYPE: 'openai', COPILOT_PROVIDER_API_KEY: KEY, COPILOT_MODEL: MODEL, COPILOT_OFFLINE: 'true', COPILOT_AUTO_UPDATE: 'false' }),
  start: prompt => ['-p', prompt, '--allow-all-tools'],
  resume: (session, prompt) => [...takenUp('copilot', session), '-p', prompt, '--allow-all-tools'],
  shell: command => ({ tool: 'bash', input: { command, description: 'a step' } }),
  subagent: { call: prompt => ({ tool: 'task', input: { description: 'a part', prompt, agent_type: 'general-purpose', name: 'part', mode: 'sync' } }) },
  unlogged: 0,
  logs: /\.copilot\/(session-store\.db(-wal)?|session-state\/.*events\.jsonl)$/,
}

const PI: AgentClient = {
  agent: 'pi',
  prepare: (home, url) => write(home, '.pi/agent/models.json', { providers: { fake: { baseUrl: `${url}/v1`, api: 'openai-responses', apiKey: KEY, models: [{ id: MODEL, reasoning: true }] } } }),
  environment: () => ({ PI_OFFLINE: '1' }),
  start: prompt => ['--provider', 'fake', '--model', MODEL, '-p', prompt],
  resume: (session, prompt) => ['--provider', 'fake', '--model', MODEL, ...takenUp('pi', session), '-p', prompt],
  fork: (session, prompt) => ['--provider', 'fake', '--model', MODEL, '--fork', session, '-p', prompt],
  shell: command => ({ tool: 'bash', input: { command } }),
  unlogged: 0,
  logs: /\.pi\/agent\/sessions\/.*\.jsonl$/,
}

const CLINE: AgentClient = {
  agent: 'cline',
  prepare: (_, url) => ['auth', '-p', 'openai', '-k', KEY, '-m', MODEL, '-b', `${url}/v1`],
  environment: () => ({}),
  start: prompt => ['--yolo', '--json', prompt],
  shell: command => ({ tool: 'run_commands', input: { commands: [command] } }),
  end: { tool: 'submit_and_exit', input: { summary: 'the step is done', verified: true } },
  unlogged: 0,
  logs: /\.cline\/data\/sessions\/.*\.messages\.json$/,
}

export const AGENT_CLIENTS: readonly AgentClient[] = [
  CODEX, GEMINI, QWEN,
  // The title, by the small model; Kilo asks for one in some headless runs.
  openCodeLike({ agent: 'opencode', config: '.config/opencode/opencode.json', unlogged: 1, logs: /share\/opencode\/opencode\.db(-wal)?$/ }),
  openCodeLike({ agent: 'kilo', config: '.config/kilo/kilo.json', unlogged: 1, logs: /share\/kilo\/kilo\.db(-wal)?$/ }),
  COPILOT, PI, CLINE,
]

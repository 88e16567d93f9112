/** The native development stack as the cli and the tests see it. */

export interface ProgressEvent {
  readonly part: string;
  readonly phase: 'start' | 'tick' | 'done' | 'failed';
  readonly elapsedMs: number;
  readonly expectedMs?: number;
  readonly detail?: string;
}
export type OnProgress = (event: ProgressEvent) => void;

export type PartPhase = 'stopped' | 'starting' | 'ready' | 'stopping' | 'restarting' | 'failed';

/** How a part shows that it serves. */
export interface Readiness {
  readonly kind: 'http' | 'chain' | 'kafka' | 'redis' | 'postgres';
  readonly url?: string;
  readonly port?: number;
  readonly user?: string;
  readonly database?: string;
  readonly timeoutMs?: number;
}

/** A process the supervisor runs. Parts of kind `app` are restarted after a crash or exit 75, `infra` never. */
export interface PartSpec {
  readonly name: string;
  readonly kind: 'app' | 'infra';
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal?: string;
  readonly ready: Readiness;
}

export interface PartState {
  readonly kind: 'app' | 'infra';
  readonly state: PartPhase;
  /** Null when it does not run. */
  readonly pid: number | null;
  readonly started: string | null;
  /** How it last ended: `exit 1`, `SIGKILL`, or why it could not be started. */
  readonly exit: string | null;
  readonly restarts: number;
  readonly log: string;
  readonly command: readonly string[];
}

/** Contents of state.json in the data folder; `ATOMA_STACK_STATE` names that file to integration and e2e tests. */
export interface StackState {
  readonly version: 1;
  readonly name: string;
  readonly checkout: string;
  readonly dataDir: string;
  readonly chainId: string;
  /** `1` when the contract's code is pinned in genesis, null when there was no artifact. */
  readonly codeId: string | null;
  readonly accounts: {
    readonly validator: string;
    readonly faucet: string;
    readonly poster: string;
  };
  /** rpc, p2p, grpc, kafka, kafkaController, postgres, redis, beacon and one for each app's HTTP interface. */
  readonly ports: Readonly<Record<string, number>>;
  readonly urls: {
    readonly rpc: string;
    readonly beacon: string;
    readonly gateway: string;
    readonly sequencer: string;
    /** host:port */
    readonly kafka: string;
    readonly redis: string;
    /** As the owner of the database. */
    readonly postgres: string;
    /** By role: ingester, projector, dispatcher, sequencer, gateway, analyst. */
    readonly database: Readonly<Record<string, string>>;
  };
  /** Absolute paths; faucet, poster, validator are mnemonics, receiptKey and gatewaySecret 32 bytes in hex. */
  readonly files: {
    readonly network: string;
    readonly keys: string;
    readonly faucet: string;
    readonly poster: string;
    readonly validator: string;
    readonly receiptKey: string;
    readonly gatewaySecret: string;
    readonly models: string;
    readonly logs: string;
  };
  readonly phase: 'up' | 'stopping' | 'down';
  readonly supervisor: {
    readonly pid: number;
    readonly started: string | null;
    readonly socket: string;
  };
  readonly owner: { readonly pid: number; readonly started: string | null } | null;
  readonly parts: Readonly<Record<string, PartState>>;
}

export interface Tools {
  readonly wasmd: { readonly bin: string; readonly dir: string };
  readonly redis: string;
  /** The folder with `postgres` and `initdb`. */
  readonly postgres: string;
  readonly java: string;
  /** The folder of Kafka's jars. */
  readonly jars: string;
  readonly cds: string | null;
}

export interface StackContext {
  readonly name: string;
  readonly dataDir: string;
  readonly tools: Tools;
  readonly ports: Readonly<Record<string, number>>;
  readonly chainId: string;
}

/** Handle on a running stack. Every call is refused with code `STACK_DOWN` when no supervisor answers. */
export interface StackControl {
  status(): Promise<StackState>;
  start(part: string): Promise<void>;
  stop(part: string, signal?: NodeJS.Signals): Promise<void>;
  restart(part: string): Promise<void>;
  /** Signals the process (default SIGKILL); a killed app comes back by itself. */
  kill(part: string, signal?: NodeJS.Signals): Promise<void>;
  launch(spec: PartSpec): Promise<void>;
  logs(part: string, lines?: number): Promise<string[]>;
  /** Null for parts that do not run. */
  pids(): Promise<Record<string, number | null>>;
  /** Ties the stack to a process (default: this one): when it is gone the stack goes down. */
  own(pid?: number): Promise<void>;
  /** The stack stays until told. */
  release(): Promise<void>;
}

/**
 * Brings the infrastructure of a stack up; one that is up stays as it is. `fresh` throws its data away first, `owner`
 * ties it to this process.
 */
export function up(options?: {
  name?: string;
  fresh?: boolean;
  owner?: boolean;
  onProgress?: OnProgress;
}): Promise<StackState>;
/** Takes a stack down, keeps its data, and ends leftovers of a lost supervisor. */
export function down(options?: { name?: string }): Promise<{ was: 'up' | 'down'; swept: string[] }>;
/** What a stack says of itself; null if it never ran. */
export function status(options?: { name?: string }): StackState | null;
export function control(name?: string): StackControl;
/** Starts apps (all, or `only`), each until it answers /ready; `env` adds to the environment of each. */
export function startApps(options?: {
  name?: string;
  only?: readonly string[];
  env?: Readonly<Record<string, string>>;
  onProgress?: OnProgress;
}): Promise<StackState>;

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../errors.mjs';
import { Child, tail } from './child.mjs';
import { isSame, startedAt } from './identity.mjs';

const OWNER_POLL_MS = 500;

/** All parts of one stack and the state file that describes them; the only writer of that file. */
export class Stack {
  /** @param {{facts: object, dataDir: string, socket: string, onOwnerGone: () => void}} options */
  constructor({ facts, dataDir, socket, onOwnerGone }) {
    this.facts = facts;
    this.dataDir = dataDir;
    this.supervisor = { pid: process.pid, started: startedAt(process.pid), socket };
    this.onOwnerGone = onOwnerGone;
    this.children = new Map();
    this.owner = null;
    this.phase = 'up';
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    this.ownerTimer = setInterval(() => this.#watchOwner(), OWNER_POLL_MS);
    this.write();
  }

  get report() {
    const parts = Object.fromEntries(
      [...this.children].map(([name, child]) => [name, child.report]),
    );
    return {
      version: 1,
      ...this.facts,
      phase: this.phase,
      supervisor: this.supervisor,
      owner: this.owner,
      parts,
    };
  }

  write() {
    const file = join(this.dataDir, 'state.json');
    writeFileSync(`${file}.part`, `${JSON.stringify(this.report, null, 2)}\n`);
    renameSync(`${file}.part`, file);
  }

  child(name) {
    const found = this.children.get(name);
    if (!found)
      throw new StackError(
        'NO_SUCH_PART',
        `no part ${JSON.stringify(name)}; there are: ${[...this.children.keys()].join(', ')}`,
      );
    return found;
  }

  /** Starts a part from its description; a running part keeps running as it is. */
  async launch(spec) {
    const known = this.children.get(spec.name);
    if (known?.process) return;
    const logFile = join(this.dataDir, 'logs', `${spec.name}.log`);
    const child = new Child(spec, { logFile, onChange: () => this.write() });
    this.children.set(spec.name, child);
    await child.start();
  }

  logs(name, lines) {
    return tail(this.child(name).logFile, lines);
  }

  /** The process whose end takes the stack down (null: the stack stays until told). */
  setOwner(pid) {
    this.owner = pid === null ? null : { pid, started: startedAt(pid) };
    this.write();
  }

  #watchOwner() {
    if (this.owner === null || isSame(this.owner)) return;
    this.owner = null;
    this.onOwnerGone();
  }

  /** Stops the apps, then the infrastructure they stand on. */
  async down() {
    clearInterval(this.ownerTimer);
    this.phase = 'stopping';
    const of = (kind) => [...this.children.values()].filter((child) => child.spec.kind === kind);
    await Promise.all(of('app').map((child) => child.stop()));
    await Promise.all(of('infra').map((child) => child.stop()));
    this.phase = 'down';
    this.write();
  }
}

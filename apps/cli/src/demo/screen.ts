import logUpdate from 'log-update';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** Where the demo shows what happens: a live region on a terminal, plain lines elsewhere and with `--plain`. */
export interface Screen {
  /** A line that stays. */
  say: (line: string) => void;
  /** Replaces the live region; on a plain screen only lines not shown before are printed. */
  live: (lines: string[]) => void;
  /** Leaves the live region as it stands. */
  keep: () => void;
}

export const openScreen = (plain: boolean): Screen =>
  plain || !process.stdout.isTTY ? plainScreen() : liveScreen();

function plainScreen(): Screen {
  const shown = new Set<string>();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    say: print,
    live: (lines) => {
      for (const line of lines.slice(2)) {
        if (!shown.has(line)) print(line);
        shown.add(line);
      }
    },
    keep: () => shown.clear(),
  };
}

function liveScreen(): Screen {
  let current: string[] = [];
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    frame = (frame + 1) % FRAMES.length;
    const [first = '', ...rest] = current;
    logUpdate([`${FRAMES[frame] ?? ''} ${first}`, ...rest].join('\n'));
  };
  const keep = (): void => {
    clearInterval(timer);
    timer = undefined;
    logUpdate.done();
    current = [];
  };
  return {
    say: (line) => {
      if (timer !== undefined) keep();
      process.stdout.write(`${line}\n`);
    },
    live: (lines) => {
      current = lines;
      timer ??= setInterval(draw, FRAME_MS);
      draw();
    },
    keep,
  };
}

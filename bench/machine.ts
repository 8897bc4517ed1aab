import { readFileSync, readdirSync } from 'node:fs';

/** CPU time since the machine started, in seconds. */
export type CpuTimes = {
  /** What all processes of the machine used. */
  readonly machine: number;
  /** What the watched processes used, by the name they were given. */
  readonly watched: ReadonlyMap<string, number>;
};

/** Processes to watch by name: with `children`, a process and whatever it started. */
export type Watched = readonly { readonly name: string; readonly pid: number; readonly children?: boolean }[];

/** Linux counts CPU time in hundredths of a second in /proc, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** Reads the clocks of now; the difference of two readings is what was used between them. Undefined where there is no /proc. */
export function readCpu(watched: Watched): CpuTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
  // user nice system idle iowait irq softirq steal: busy is the first three. Interrupts belong to nobody.
  const [user = 0, nice = 0, system = 0] = (stat.split('\n')[0] ?? '').split(/\s+/).slice(1).map(Number);
  const processes = readProcesses();
  const times = new Map<string, number>();
  for (const { name, pid, children } of watched)
    times.set(name, (times.get(name) ?? 0) + ticksOf(processes, pid, children === true) / TICKS_PER_SECOND);
  return { machine: (user + nice + system) / TICKS_PER_SECOND, watched: times };
}

/** What was used between two readings, in seconds of CPU: by name, and by strangers as a share of the machine's `cores` × `seconds`. */
export function cpuBetween(
  from: CpuTimes | undefined,
  to: CpuTimes | undefined,
  seconds: number,
  cores: number,
): { of(name: string): number; strangers: number | undefined } {
  if (from === undefined || to === undefined) return { of: () => Number.NaN, strangers: undefined };
  let ours = 0;
  for (const [name, value] of to.watched) ours += value - (from.watched.get(name) ?? 0);
  return {
    of: (name) => (to.watched.get(name) ?? 0) - (from.watched.get(name) ?? 0),
    strangers: Math.max(0, to.machine - from.machine - ours) / (seconds * cores),
  };
}

/** Resident memory of a process in bytes; undefined when it is gone. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

type Process = { parent: number; own: number; reaped: number };

function readProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command stands in brackets and may hold anything; what follows the last one is numbers.
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
      processes.set(Number(name), { parent: fields[1] ?? 0, own: utime + stime, reaped: cutime + cstime });
    } catch {
      // It ended while we looked.
    }
  }
  return processes;
}

/** Children that ended and were waited for stand in their parent's own books, so nothing is lost when a connection closes. */
function ticksOf(processes: ReadonlyMap<number, Process>, pid: number, children: boolean): number {
  const root = processes.get(pid);
  if (root === undefined) return 0;
  let ticks = root.own;
  if (!children) return ticks;
  ticks += root.reaped;
  for (const [id, process] of processes) if (process.parent === pid) ticks += ticksOf(processes, id, true);
  return ticks;
}

/** Finds the basic blocks that one compiled function holds, and how they follow each other. */
import { nextItState } from '../decode/decode.ts';
import type { Instruction } from '../instruction.ts';
import { type BlockEnd, blockEnd, endsBlock, successorsOf } from './flow.ts';

export type RegionBlock = {
  readonly address: number;
  readonly instructions: readonly Instruction[];
  /** See `BasicBlock`. */
  readonly leadIn?: readonly Instruction[] | undefined;
  readonly end: BlockEnd;
  /** Indices of blocks of this region; other successors are exits. */
  readonly successors: readonly number[];
};

/** The first block is where the function begins. */
export type Region = { readonly blocks: readonly RegionBlock[] };

export type RegionRules = {
  /** The instruction at an address; throws what the bus throws. */
  decodeAt(address: number, itState: number): Instruction;
  /** Whether code that may be reached at `address` shall be part of the function. */
  includes(address: number): boolean;
  /** Whether the function must come back before `address`: a breakpoint. */
  stopsAt(address: number): boolean;
  readonly maximumInstructions: number;
};

/** The region that begins at `entry`, outside any IT block unless it is one instruction long. */
export function findRegion(entry: number, entryItState: number, rules: RegionRules): Region {
  const found = new Map<number, Instruction>();
  const leaders = new Set<number>([entry]);
  const waiting = [entry];
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    const successors = trace(address, address === entry ? entryItState : 0, found, rules);
    for (const successor of successors) {
      if (leaders.has(successor)) continue;
      const isKnown = found.has(successor);
      if (!isKnown && (found.size >= rules.maximumInstructions || !rules.includes(successor))) continue;
      if (rules.stopsAt(successor)) continue;
      // A target in the middle of an IT block cannot be told from outside: its conditions are those of that block.
      if (found.get(successor)?.itState) continue;
      leaders.add(successor);
      waiting.push(successor);
    }
  }
  return { blocks: cutAtLeaders(found, leaders, rules) };
}

/** The same region, whose first block goes on where straight code was cut; not if a branch leads there as well. */
export function withLeadIn({ blocks }: Region, leadIn: readonly Instruction[] | undefined): Region {
  const [first, ...rest] = blocks;
  if (first === undefined || leadIn === undefined) return { blocks };
  const isTarget = blocks.some(({ end, successors }) => end.kind !== 'next' && successors.includes(0));
  return isTarget ? { blocks } : { blocks: [{ ...first, leadIn }, ...rest] };
}

/** Decodes from `start` to the end of its block, unless that was done before, and tells where it goes. */
function trace(
  start: number,
  itState: number,
  found: Map<number, Instruction>,
  rules: RegionRules,
): readonly number[] {
  let state = itState;
  let address = start;
  let count = 0;
  for (;;) {
    const known = found.get(address);
    if (known !== undefined && known.itState === state) {
      // From here on another trace has been; it also told where this leads.
      return address === start ? successorsOf(blockEnd(lastOf(found, address))) : [address];
    }
    const instruction = rules.decodeAt(address, state);
    found.set(address, instruction);
    state = nextItState(instruction);
    count++;
    const next = (instruction.address + instruction.bytes) >>> 0;
    if (endsBlock(instruction)) return successorsOf(blockEnd(instruction));
    if (state === 0 && (rules.stopsAt(next) || isCutPlace(instruction, count - rules.maximumInstructions)))
      return [];
    address = next;
  }
}

/** `beyond`: instructions over the limit. Two loads in a row may meet in one cycle: only a long run of them is cut. */
function isCutPlace({ operation }: Instruction, beyond: number): boolean {
  return beyond >= 8 || (beyond >= 0 && operation.kind !== 'load');
}

function lastOf(found: ReadonlyMap<number, Instruction>, start: number): Instruction {
  let address = start;
  for (;;) {
    const instruction = found.get(address);
    if (instruction === undefined) throw new Error('internal error: a traced block has a gap');
    const next = (instruction.address + instruction.bytes) >>> 0;
    if (endsBlock(instruction) || !found.has(next)) return instruction;
    address = next;
  }
}

function cutAtLeaders(
  found: ReadonlyMap<number, Instruction>,
  leaders: ReadonlySet<number>,
  rules: RegionRules,
): readonly RegionBlock[] {
  const addresses = [...leaders].filter((address) => found.has(address));
  const indices = new Map(addresses.map((address, index) => [address, index]));
  return addresses.map((address) => {
    const instructions = straightLine(address, found, leaders);
    const last = instructions.at(-1);
    if (last === undefined) throw new Error('internal error: empty block');
    const end = blockEnd(last);
    const successors = successorsOf(end)
      .filter((successor) => !rules.stopsAt(successor))
      .flatMap((successor) => indices.get(successor) ?? []);
    return { address, instructions, end, successors };
  });
}

function straightLine(
  start: number,
  found: ReadonlyMap<number, Instruction>,
  leaders: ReadonlySet<number>,
): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let address = start;
  for (;;) {
    const instruction = found.get(address);
    if (instruction === undefined || (address !== start && leaders.has(address))) return instructions;
    instructions.push(instruction);
    if (endsBlock(instruction)) return instructions;
    address = (address + instruction.bytes) >>> 0;
  }
}

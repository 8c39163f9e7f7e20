/** A patch step of a plan, run patch by patch on an arena whose bytes know which row wrote them last. */
import { at, invariant } from '../base/index.ts';
import type { TensorId } from '../graph/index.ts';
import { findKernel } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import type { NodeRows } from './network.ts';
import { copyRows, touchedBy } from './patch-network.ts';
import { operatorTurns, outputWidth, type Patch, patchesOf, recomputedMacs } from './patches.ts';
import { fill, isWhole, type Member, type Place, type Range, rowsOf, runCall, scratchOf } from './row-run.ts';
import type { PatchStep, Schedule } from './types.ts';

/**
 * Throws an internal error where the patches are not the whole output once, where rows of a patch are not there when
 * they are needed, and where something beside them does not survive.
 */
export function verifyPatch(schedule: Schedule, step: PatchStep, target: Target | undefined): void {
  const { graph, buffers, placements, steps } = schedule;
  verifyColumns(step, outputWidth(graph, step.ops));
  const patches = patchesOf(graph, step.ops, step.patches);
  invariant(patches !== undefined, 'operators of a patch step cannot be cut');
  const again = recomputedMacs(graph, step.ops, step.patches);
  invariant(step.recomputedMacs === again, `a patch step recomputes ${again}, not ${step.recomputedMacs}`);
  const stepIndex = steps.indexOf(step);
  const whole = buffers.filter(
    ({ kind, firstStep, lastStep }) => kind === 'tensor' && firstStep <= stepIndex && stepIndex <= lastStep,
  );
  const rangeOf = (id: number): Range => {
    const { offset } = at(placements, id);
    return { start: offset, end: offset + at(buffers, id).bytes };
  };
  for (const patch of patches) {
    const owners = new Int32Array(schedule.arenaBytes);
    for (const { id } of whole) fill(owners, rangeOf(id), -1 - id);
    runPatch(schedule, step, patch, owners, target);
    for (const { id } of whole) {
      invariant(
        isWhole(owners, rangeOf(id), -1 - id),
        `buffer ${id} does not survive patch step ${stepIndex}`,
      );
    }
  }
}

function verifyColumns({ patches }: PatchStep, width: number | undefined): void {
  let next = 0;
  for (const { first, end } of patches) {
    invariant(first === next && end > first, 'patches are not one beside the other');
    next = end;
  }
  invariant(next === width, 'patches are not the whole width');
}

function runPatch(
  schedule: Schedule,
  step: PatchStep,
  patch: Patch,
  owners: Int32Array,
  target: Target | undefined,
): void {
  const members = membersOf(schedule, step, patch, target);
  const places = placesOf(schedule, step, patch);
  const made = members.map(() => 0);
  for (const position of step.order) {
    const member = at(members, position);
    const row = at(made, position);
    invariant(row < member.form.rowCount, `${member.name} makes more rows than it has`);
    runCall({ owners, placeOf: (tensor) => places.get(tensor) }, member, row);
    made[position] = row + 1;
  }
  const last = members.length - 1;
  invariant(at(made, last) === at(members, last).form.rowCount, 'a patch step ends early');
}

function membersOf(
  schedule: Schedule,
  step: PatchStep,
  patch: Patch,
  target: Target | undefined,
): readonly Member[] {
  const turns = operatorTurns(patch);
  return patch.members.map((member, position): Member => {
    const { reads, writes } = touchedBy(patch.graph, member);
    const turn = turns[position];
    if (member.kind === 'copy' || turn === undefined) {
      const form: NodeRows = copyRows(patch.graph, at(reads, 0));
      const name = `copy of tensor ${at(reads, 0)}`;
      return { name, inputs: reads, output: writes, form, scratch: undefined, scratchToken: 0 };
    }
    const { op } = member;
    const name = `operator ${op.index}`;
    const kernel = findKernel(at(step.kernels, turn));
    invariant(target === undefined || kernel.accepts(op, patch.graph, target), `${name}: not accepted`);
    const form = kernel.rows(op, patch.graph);
    invariant(form !== undefined, `${name} cannot be made row by row`);
    const scratch = scratchOf(schedule, step.scratches[turn], form, { name, position });
    return { name, inputs: op.inputs, output: op.output, form, ...scratch };
  });
}

/** Lines of each tensor of the patch but the whole ones, which lie apart. */
function placesOf(
  { buffers, placements }: Schedule,
  { lines }: PatchStep,
  { graph, members }: Patch,
): ReadonlyMap<TensorId, Place> {
  const places = new Map<TensorId, Place>();
  let tokens = 1;
  for (const { tensor, rows, buffer } of lines) {
    const { height, rowBytes } = rowsOf(graph, tensor);
    invariant(rows >= 1 && rows <= height, `${rows} rows are kept of tensor ${tensor} that has ${height}`);
    const line = at(buffers, buffer);
    invariant(line.kind === 'line' && line.bytes >= rows * rowBytes, `line ${buffer} is too small`);
    places.set(tensor, { offset: at(placements, buffer).offset, rowBytes, ring: rows, tokens });
    tokens += height;
  }
  const written = members.slice(0, -1).map((member) => touchedBy(graph, member).writes);
  const isKept = written.every((tensor) => places.has(tensor)) && places.size === written.length;
  invariant(isKept, 'a patch step does not keep lines of each tensor between its members');
  return places;
}

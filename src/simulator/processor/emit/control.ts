/** Text of system instructions, and of those branches that leave the compiled function. */
import type { BranchOperation, SystemOperation } from '../../operations/control.ts';
import { emitRead } from './access.ts';
import { bind, type Emitter, line, read, setFlags, write } from './emitter.ts';
import { branchTo, leave, leaveSpecial } from './exits.ts';
import type { EmittersOf } from './operation.ts';

type SystemOf<Kind extends SystemOperation['kind']> = Extract<SystemOperation, { kind: Kind }>;

export const systemEmitters: EmittersOf<SystemOperation['kind']> = {
  it: () => {},
  hint: (emitter, { op }) => hint(emitter, op),
  barrier(emitter, { op }) {
    if (op === 'isb') leave(emitter, 'barrier');
  },
  clrex: (emitter) => line(emitter, 'W[31]=0;'),
  mrs: readSpecial,
  msr: writeSpecial,
  cps: changeState,
  svc: (emitter) => leave(emitter, 'supervisorCall'),
  bkpt: (emitter, { immediate }) => leave(emitter, 'breakpoint', immediate),
  undefined: (emitter) => leave(emitter, 'undefinedInstruction'),
  coprocessor: (emitter) => leave(emitter, 'noCoprocessor'),
};

function hint(emitter: Emitter, op: SystemOf<'hint'>['op']): void {
  if (op === 'sev') line(emitter, 'W[32]=1;');
  else if (op === 'wfi') leave(emitter, 'waitForInterrupt');
  else if (op === 'wfe') leave(emitter, 'waitForEvent');
}

const apsrText = 'fn&-2147483648|(fz===0?1073741824:0)|fc<<29|(fv>>>31)<<28|(W[20]|fq>>>31)<<27|fg<<16';
const allFlags = 47;

function readSpecial(emitter: Emitter, { rd, register }: SystemOf<'mrs'>): void {
  if (register < 4) {
    emitter.flagsUsed |= allFlags;
    emitter.usesSaturation = true;
    write(emitter, rd, register & 1 ? `${apsrText}|W[23]` : apsrText);
    return;
  }
  write(emitter, rd, `X.readSpecial(${register},${read(emitter, 13)})`);
}

function writeSpecial(emitter: Emitter, { rn, register, mask }: SystemOf<'msr'>): void {
  const value = bind(emitter, read(emitter, rn));
  if (register >= 4) {
    leaveSpecial(emitter, register, value);
    return;
  }
  if (mask & 2) {
    emitter.usesSaturation = true;
    line(emitter, `W[20]=${value}>>>27&1;fq=0;`);
    setFlags(emitter, {
      kind: 'other',
      flags: 15,
      result: `${value}&-2147483648`,
      a: value,
      b: '0',
      carry: `${value}>>>29&1`,
      overflow: `${value}<<3`,
    });
    // Z does not follow from N here, so conditions must come from the variables.
    if (emitter.position.neededFlags & 2) line(emitter, `fz=(${value}>>>30&1)^1;`);
    emitter.flagSource = undefined;
  }
  if (mask & 1) {
    emitter.flagsUsed |= 32;
    line(emitter, `fg=${value}>>>16&15;`);
  }
}

/** Unprivileged code changes nothing; enabling lets what is pending in, so it leaves. */
function changeState(emitter: Emitter, { disable, primask, faultmask }: SystemOf<'cps'>): void {
  line(emitter, 'if((W[27]&1)===0||W[23]!==0){');
  if (primask) line(emitter, `W[24]=${disable ? 1 : 0};`);
  if (faultmask) line(emitter, `W[25]=${disable ? 1 : 0};`);
  line(emitter, '}');
  if (!disable) leave(emitter, 'synchronise');
}

export function emitBranchRegister(
  emitter: Emitter,
  { rm, link }: Extract<BranchOperation, { kind: 'branch-register' }>,
): void {
  const target = bind(emitter, read(emitter, rm));
  if (link) writeLink(emitter);
  branchTo(emitter, target, 'interworking');
}

/** LR gets the address of the next instruction, with the Thumb bit. */
export function writeLink(emitter: Emitter): void {
  const { address, bytes } = emitter.position.instruction;
  write(emitter, 14, String((address + bytes) | 1));
}

export function emitTableBranch(
  emitter: Emitter,
  { rn, rm, width }: Extract<BranchOperation, { kind: 'table-branch' }>,
): void {
  const index = read(emitter, rm);
  const address = bind(emitter, `${read(emitter, rn)}+${width === 2 ? `(${index}<<1)` : index}|0`);
  const [entry = '0'] = emitRead(emitter, { address, width, count: 1, mustAlign: false }, false);
  branchTo(emitter, `${(emitter.position.instruction.address + 4) | 0}+${entry}*2|0`, 'plain');
}

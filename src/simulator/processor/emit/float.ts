/** Text of floating-point operations: plain JavaScript for ordinary numbers, the exact unit for all others. */
import type { FloatOperation } from '../../operations/float.ts';
import { conditionText } from './conditions.ts';
import { bind, type Emitter, line, read, setFlags, write } from './emitter.ts';
import { emitFloatTransfer } from './float-transfer.ts';

type Of<Kind extends FloatOperation['kind']> = Extract<FloatOperation, { kind: Kind }>;

/** Rounding to nearest, no flushing: what JavaScript does. With inexact raised already, ordinary results raise nothing. */
const usual = '(W[22]&29360144)===16';
const usualModes = '(W[22]&29360128)===0';
/** Subnormal inputs count. */
const notFlushing = '(W[22]&16777216)===0';

const bounds = {
  single: { least: '1.1754943508222875e-38', largest: '3.4028234663852886e38' },
  double: { least: '2.2250738585072014e-308', largest: '1.7976931348623157e308' },
} as const;

export function emitFloatOperation(emitter: Emitter, operation: FloatOperation): void {
  switch (operation.kind) {
    case 'vfp-binary':
      emitBinary(emitter, operation);
      break;
    case 'vfp-accumulate':
      emitAccumulate(emitter, operation);
      break;
    case 'vfp-unary':
      emitUnary(emitter, operation);
      break;
    case 'vfp-select':
      emitSelect(emitter, operation);
      break;
    case 'vfp-compare':
      emitCompare(emitter, operation);
      break;
    case 'vfp-to-integer':
      emitToInteger(emitter, operation);
      break;
    case 'vfp-from-integer':
      emitFromInteger(emitter, operation);
      break;
    case 'vfp-precision':
      emitPrecision(emitter, operation);
      break;
    case 'vfp-round':
    case 'vfp-fixed':
    case 'vfp-half':
      line(emitter, exactly(emitter, operation));
      break;
    case 'vmrs':
      emitReadStatus(emitter, operation.rt);
      break;
    case 'vmsr':
      // N, Z, C, V, AHP, DN, FZ, RMode, and the cumulative flags.
      line(emitter, `W[22]=${read(emitter, operation.rt)}&${0xf7c0_009f | 0};`);
      break;
    default:
      emitFloatTransfer(emitter, operation);
  }
}

function register(number: number, double: boolean): string {
  return `${double ? 'FD' : 'FS'}[${number}]`;
}

function rounded(expression: string, double: boolean): string {
  return double ? expression : `Math.fround(${expression})`;
}

/** A call of the exact unit. */
function exactly(emitter: Emitter, operation: FloatOperation): string {
  emitter.floatOperations.push(operation);
  return `X.float(O[${emitter.floatOperations.length - 1}]);`;
}

/** Whether a rounded result is a normal number that no exception but inexact belongs to. */
function isOrdinary(emitter: Emitter, result: string, double: boolean): string {
  const { least, largest } = double ? bounds.double : bounds.single;
  const magnitude = bind(emitter, `Math.abs(${result})`);
  return `${magnitude}>${least}&&${magnitude}<=${largest}`;
}

function settle(emitter: Emitter, operation: FloatOperation, condition: string, assignment: string): void {
  line(emitter, `if(${condition}){${assignment}}else ${exactly(emitter, operation)}`);
}

function emitBinary(emitter: Emitter, operation: Of<'vfp-binary'>): void {
  const { op, double, vd, vn, vm } = operation;
  const a = bind(emitter, register(vn, double));
  const b = bind(emitter, register(vm, double));
  const destination = register(vd, double);
  if (op === 'vmaxnm' || op === 'vminnm') {
    const order = op === 'vmaxnm' ? '>' : '<';
    settle(
      emitter,
      operation,
      `${notFlushing}&&(${a}<${b}||${a}>${b})`,
      `${destination}=${a}${order}${b}?${a}:${b};`,
    );
    return;
  }
  const texts = {
    vadd: `${a}+${b}`,
    vsub: `${a}-${b}`,
    vmul: `${a}*${b}`,
    vnmul: `-(${a}*${b})`,
    vdiv: `${a}/${b}`,
  };
  const result = bind(emitter, rounded(texts[op], double));
  const ordinary = isOrdinary(emitter, result, double);
  // A divisor of infinity gives zero, which is not ordinary; so every other operand of an ordinary result is finite.
  settle(emitter, operation, `${ordinary}&&${usual}`, `${destination}=${result};`);
}

const minusProduct: ReadonlySet<string> = new Set(['vmls', 'vnmla', 'vfms', 'vfnma']);
const minusOld: ReadonlySet<string> = new Set(['vnmla', 'vnmls', 'vfnma', 'vfnms']);

function emitAccumulate(emitter: Emitter, operation: Of<'vfp-accumulate'>): void {
  const { op, double, vd, vn, vm } = operation;
  const isFused = op.startsWith('vf');
  // A double product needs 106 bits, which no number here has.
  if (isFused && double) {
    line(emitter, exactly(emitter, operation));
    return;
  }
  const old = bind(emitter, `${minusOld.has(op) ? '-' : ''}${register(vd, double)}`);
  const text = `${minusProduct.has(op) ? '-' : ''}(${register(vn, double)}*${register(vm, double)})`;
  if (isFused) {
    emitFused(emitter, operation, old, text);
    return;
  }
  const product = bind(emitter, rounded(text, double));
  const productIsOrdinary = isOrdinary(emitter, product, double);
  const sum = bind(emitter, rounded(`${old}+${product}`, double));
  const sumIsOrdinary = isOrdinary(emitter, sum, double);
  settle(
    emitter,
    operation,
    `${productIsOrdinary}&&${sumIsOrdinary}&&${usual}`,
    `${register(vd, double)}=${sum};`,
  );
}

/** See `roundedSum` for when rounding to double first would go wrong: where the result's neighbour is as near. */
function emitFused(emitter: Emitter, operation: Of<'vfp-accumulate'>, old: string, text: string): void {
  const product = bind(emitter, text);
  const sum = bind(emitter, `${product}+${old}`);
  const result = bind(emitter, `Math.fround(${sum})`);
  const ordinary = isOrdinary(emitter, result, false);
  const other = bind(emitter, `${sum}+(${sum}-${result})`);
  const isMidway = `${other}!==${result}&&Math.fround(${other})===${other}`;
  settle(
    emitter,
    operation,
    `${ordinary}&&${usual}&&!(${isMidway})`,
    `${register(operation.vd, false)}=${result};`,
  );
}

function emitUnary(emitter: Emitter, operation: Of<'vfp-unary'>): void {
  const { op, double, vd, vm } = operation;
  if (op === 'vsqrt') {
    const result = bind(emitter, rounded(`Math.sqrt(${register(vm, double)})`, double));
    const ordinary = isOrdinary(emitter, result, double);
    settle(emitter, operation, `${ordinary}&&${usual}`, `${register(vd, double)}=${result};`);
    return;
  }
  // Bits, not numbers: NaNs keep their payload.
  const from = double ? vm * 2 + 1 : vm;
  const to = double ? vd * 2 + 1 : vd;
  const change = { vmov: '', vabs: '&2147483647', vneg: '^-2147483648' }[op];
  if (double) line(emitter, `FW[${to - 1}]=FW[${from - 1}];`);
  line(emitter, `FW[${to}]=FW[${from}]${change};`);
}

function emitSelect(emitter: Emitter, { condition, double, vd, vn, vm }: Of<'vfp-select'>): void {
  const { text, flags } = conditionText(condition, undefined);
  emitter.flagsUsed |= flags;
  const words = double ? [0, 1] : [0];
  const size = words.length;
  line(emitter, `if(${text}){${words.map((n) => `FW[${vd * size + n}]=FW[${vn * size + n}];`).join('')}}`);
  line(emitter, `else{${words.map((n) => `FW[${vd * size + n}]=FW[${vm * size + n}];`).join('')}}`);
}

function emitCompare(emitter: Emitter, operation: Of<'vfp-compare'>): void {
  const { double, vd, vm } = operation;
  const a = bind(emitter, register(vd, double));
  const b = vm === undefined ? '0' : bind(emitter, register(vm, double));
  // Less: N. Equal: Z and C. Greater: C.
  const flags = `(${a}<${b}?-2147483648:${a}>${b}?536870912:1610612736)`;
  settle(emitter, operation, `${a}===${a}&&${b}===${b}&&${notFlushing}`, `W[22]=W[22]&268435455|${flags};`);
}

function emitToInteger(emitter: Emitter, operation: Of<'vfp-to-integer'>): void {
  const { double, signed, rounding, vd, vm } = operation;
  if (rounding !== 'zero') {
    line(emitter, exactly(emitter, operation));
    return;
  }
  const a = bind(emitter, register(vm, double));
  const range = signed ? `${a}>-2147483649&&${a}<2147483648` : `${a}>-1&&${a}<4294967296`;
  const whole = bind(emitter, `Math.trunc(${a})`);
  settle(emitter, operation, `${range}&&${notFlushing}`, `FW[${vd}]=${whole};if(${whole}!==${a})W[22]|=16;`);
}

function emitFromInteger(emitter: Emitter, operation: Of<'vfp-from-integer'>): void {
  const { double, signed, vd, vm } = operation;
  const value = bind(emitter, `FW[${vm}]${signed ? '' : '>>>0'}`);
  if (double) {
    line(emitter, `FD[${vd}]=${value};`);
    return;
  }
  const result = bind(emitter, `Math.fround(${value})`);
  settle(emitter, operation, usualModes, `FS[${vd}]=${result};if(${result}!==${value})W[22]|=16;`);
}

function emitPrecision(emitter: Emitter, operation: Of<'vfp-precision'>): void {
  const { toDouble, vd, vm } = operation;
  const a = bind(emitter, register(vm, !toDouble));
  if (toDouble) {
    settle(emitter, operation, `${a}===${a}&&${notFlushing}`, `FD[${vd}]=${a};`);
    return;
  }
  const result = bind(emitter, `Math.fround(${a})`);
  const ordinary = isOrdinary(emitter, result, false);
  settle(emitter, operation, `${ordinary}&&${usual}`, `FS[${vd}]=${result};`);
}

/** VMRS APSR_nzcv makes the flags of a comparison those of conditions. */
function emitReadStatus(emitter: Emitter, rt: number): void {
  const status = bind(emitter, 'W[22]');
  if (rt !== 15) {
    write(emitter, rt, status);
    return;
  }
  setFlags(emitter, {
    kind: 'other',
    flags: 15,
    result: status,
    a: status,
    b: '0',
    carry: `${status}>>>29&1`,
    overflow: `${status}<<3`,
  });
  // Z does not follow from N here.
  if (emitter.position.neededFlags & 2) line(emitter, `fz=(${status}>>>30&1)^1;`);
  emitter.flagSource = undefined;
}

/** Assembly of floating-point instructions. */
import type { FloatOperation, Rounding } from '../operations/float.ts';
import { addressWords, core, float, immediate, registerList, type Words } from './words.ts';

export function floatWords(operation: FloatOperation): Words {
  switch (operation.kind) {
    case 'vfp-binary':
    case 'vfp-accumulate':
      return [
        `${operation.op}.${size(operation)}`,
        ...registers(operation, operation.vd, operation.vn, operation.vm),
      ];
    case 'vfp-unary':
      return [`${operation.op}.${size(operation)}`, ...registers(operation, operation.vd, operation.vm)];
    case 'vfp-round':
      return [
        `vrint${operation.exact ? 'x' : roundLetters.vrint[operation.rounding]}.${size(operation)}`,
        ...registers(operation, operation.vd, operation.vm),
      ];
    case 'vfp-select':
      return [
        `vsel${operation.condition}.${size(operation)}`,
        ...registers(operation, operation.vd, operation.vn, operation.vm),
      ];
    case 'vfp-compare':
      return [
        `vcmp${operation.signalling ? 'e' : ''}.${size(operation)}`,
        float(operation.double, operation.vd),
        operation.vm === undefined ? '#0.0' : float(operation.double, operation.vm),
      ];
    case 'vfp-immediate':
      return [`vmov.${size(operation)}`, float(operation.double, operation.vd), immediate(operation.value)];
    case 'vfp-to-integer':
    case 'vfp-from-integer':
    case 'vfp-fixed':
    case 'vfp-precision':
    case 'vfp-half':
      return conversionWords(operation);
    default:
      return transferWords(operation);
  }
}

type Conversion = Extract<
  FloatOperation,
  { kind: 'vfp-to-integer' | 'vfp-from-integer' | 'vfp-fixed' | 'vfp-precision' | 'vfp-half' }
>;

function conversionWords(operation: Conversion): Words {
  const { vd } = operation;
  switch (operation.kind) {
    case 'vfp-to-integer': {
      const letters = roundLetters.vcvt[operation.rounding];
      const types = `${sign(operation)}32.${size(operation)}`;
      return [`vcvt${letters}.${types}`, float(false, vd), float(operation.double, operation.vm)];
    }
    case 'vfp-from-integer':
      return [
        `vcvt.${size(operation)}.${sign(operation)}32`,
        float(operation.double, vd),
        float(false, operation.vm),
      ];
    case 'vfp-fixed': {
      const fixed = `${sign(operation)}${operation.size}`;
      const types = operation.toFixed ? `${fixed}.${size(operation)}` : `${size(operation)}.${fixed}`;
      return [`vcvt.${types}`, ...registers(operation, vd, vd), immediate(operation.fractionBits)];
    }
    case 'vfp-precision':
      return [
        operation.toDouble ? 'vcvt.f64.f32' : 'vcvt.f32.f64',
        float(operation.toDouble, vd),
        float(!operation.toDouble, operation.vm),
      ];
    case 'vfp-half': {
      const types = operation.toHalf ? `f16.${size(operation)}` : `${size(operation)}.f16`;
      return [
        `vcvt${operation.top ? 't' : 'b'}.${types}`,
        float(operation.double && !operation.toHalf, vd),
        float(operation.double && operation.toHalf, operation.vm),
      ];
    }
  }
}

type Transfer = Extract<
  FloatOperation,
  {
    kind:
      | 'vfp-core'
      | 'vfp-core-pair'
      | 'vfp-load'
      | 'vfp-store'
      | 'vfp-load-multiple'
      | 'vfp-store-multiple'
      | 'vmrs'
      | 'vmsr';
  }
>;

function transferWords(operation: Transfer): Words {
  switch (operation.kind) {
    case 'vfp-core': {
      const [single, register] = [float(false, operation.vn), core(operation.rt)];
      return operation.toCore ? ['vmov', register, single] : ['vmov', single, register];
    }
    case 'vfp-core-pair': {
      const singles = [float(false, operation.vm), float(false, operation.vm + 1)];
      const pair = [core(operation.rt), core(operation.rt2)];
      return operation.toCore ? ['vmov', ...pair, ...singles] : ['vmov', ...singles, ...pair];
    }
    case 'vfp-load':
    case 'vfp-store':
      return [
        operation.kind === 'vfp-load' ? 'vldr' : 'vstr',
        float(operation.double, operation.vd),
        ...addressWords(operation.address),
      ];
    case 'vfp-load-multiple':
    case 'vfp-store-multiple':
      return multipleWords(operation);
    case 'vmrs':
      return ['vmrs', operation.rt === 15 ? 'APSR_nzcv' : core(operation.rt), 'fpscr'];
    case 'vmsr':
      return ['vmsr', 'fpscr', core(operation.rt)];
  }
}

function multipleWords(
  operation: Extract<Transfer, { kind: 'vfp-load-multiple' | 'vfp-store-multiple' }>,
): Words {
  const { double, rn, writeBack, before } = operation;
  const loads = operation.kind === 'vfp-load-multiple';
  const divisor = double ? 2 : 1;
  const list = Array.from(
    { length: Math.floor(operation.count / divisor) },
    (_, index) => operation.first / divisor + index,
  );
  const names = registerList(list, (number) => float(double, number));
  if (rn === 13 && writeBack && loads !== before) return [loads ? 'vpop' : 'vpush', names];
  return [`${loads ? 'vldm' : 'vstm'}${before ? 'db' : 'ia'}`, core(rn) + (writeBack ? '!' : ''), names];
}

type Sized = { readonly double: boolean };

const size = ({ double }: Sized): string => (double ? 'f64' : 'f32');
const sign = ({ signed }: { readonly signed: boolean }): string => (signed ? 's' : 'u');
const registers = ({ double }: Sized, ...numbers: readonly number[]): readonly string[] =>
  numbers.map((number) => float(double, number));

/** `vcvt` rounds to zero where it does not say; `vrintr` takes the mode of FPSCR. */
const roundLetters: Readonly<Record<'vcvt' | 'vrint', Readonly<Record<Rounding, string>>>> = {
  vcvt: { fpscr: 'r', zero: '', away: 'a', even: 'n', plus: 'p', minus: 'm' },
  vrint: { fpscr: 'r', zero: 'z', away: 'a', even: 'n', plus: 'p', minus: 'm' },
};

/** Decoded instructions as assembly text, for traces and messages. */
import type { Instruction, Operation } from '../instruction.ts';
import { floatWords } from './float.ts';
import { computeWords, multiplyWords } from './integer.ts';
import { branchWords, memoryWords, systemWords } from './memory.ts';
import type { Words } from './words.ts';

const mnemonicColumns = 8;

/** For example `ldrne   r0, [r1, #4]`: unified syntax, with the condition that an IT block gives. */
export function disassemble({ operation, condition }: Instruction): string {
  const [mnemonic, ...operands] = wordsOf(operation);
  const suffix = condition === 'al' ? '' : condition;
  const [stem = mnemonic, ...types] = mnemonic.split('.');
  const whole = [stem + suffix, ...types].join('.');
  return operands.length === 0 ? whole : `${whole.padEnd(mnemonicColumns - 1)} ${operands.join(', ')}`;
}

function wordsOf(operation: Operation): Words {
  switch (operation.kind) {
    case 'data':
    case 'shift':
    case 'movt':
    case 'divide':
    case 'bit-field-extract':
    case 'bit-field-insert':
    case 'saturate':
    case 'saturate16':
    case 'saturating-add':
    case 'extend':
    case 'parallel':
    case 'sel':
    case 'absolute-differences':
    case 'pack':
    case 'reverse':
      return computeWords(operation);
    case 'multiply':
    case 'multiply-long':
    case 'multiply-half':
    case 'multiply-half-long':
    case 'multiply-dual':
    case 'multiply-dual-long':
    case 'multiply-high':
      return multiplyWords(operation);
    case 'load':
    case 'store':
    case 'load-dual':
    case 'store-dual':
    case 'load-multiple':
    case 'store-multiple':
    case 'load-exclusive':
    case 'store-exclusive':
      return memoryWords(operation);
    case 'branch':
    case 'call':
    case 'branch-register':
    case 'compare-branch':
    case 'table-branch':
      return branchWords(operation);
    case 'it':
    case 'hint':
    case 'barrier':
    case 'clrex':
    case 'mrs':
    case 'msr':
    case 'cps':
    case 'svc':
    case 'bkpt':
    case 'undefined':
    case 'coprocessor':
      return systemWords(operation);
    default:
      return floatWords(operation);
  }
}

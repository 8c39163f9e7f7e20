/** Operators that keep state from one invocation to the next in tensors of their own. */
import { malformed } from '../../failures.ts';
import { optionsType } from '../schema.ts';
import { get } from '../table.ts';
import { readActivation, readExtent } from './option-values.ts';
import {
  bias,
  int8Value,
  type Operand,
  type OperatorRule,
  optional,
  parameter,
  value,
  weights,
} from './rule.ts';

function state(role: string, types: Operand['types']): Operand {
  return { role, types, kind: 'state' };
}

/** What TensorFlow Lite Micro has no kernel for either, and what to do without. */
function refused(role: string, refusal: string): Operand {
  return { ...optional(parameter(role, ['int8', 'int16', 'int32', 'float32'])), refusal };
}

/** Feature weights [filters, inputs], time weights [filters, memory], of which `rank` filters make a unit. */
export const svdf: OperatorRule = {
  code: 27,
  optionsType: optionsType.svdf,
  inputs: [
    int8Value,
    weights(0),
    { ...weights(0), role: 'time weights', types: ['int16', 'int8'] },
    bias,
    state('state', ['int16', 'int8']),
  ],
  output: int8Value,
  readOptions: (options, report) => {
    const activation = readActivation(options, 'SVDFOptions.activation', report);
    if (activation !== 'none' && activation !== 'relu') {
      report(`fused activation ${activation}`, 'use relu or no fused activation');
    }
    return { op: 'SVDF', rank: readExtent(options, 'SVDFOptions.rank'), activation };
  },
};

const plainCell = 'use tf.keras.layers.LSTM as it is, and train again';
const gates = ['input', 'forget', 'cell', 'output'] as const;
const norm = gates.map((gate) => refused(`layer normalisation of the ${gate} gate`, plainCell));
const tanhCode = 4;

/** As TensorFlow Lite numbers its inputs: 24, many of which a plain cell does without. */
export const unidirectionalSequenceLstm: OperatorRule = {
  code: 44,
  optionsType: optionsType.unidirectionalSequenceLstm,
  inputs: [
    value,
    ...gates.map((gate): Operand => ({ ...weights(0), role: `weights of the ${gate} gate` })),
    ...gates.map((gate): Operand => ({ ...weights(0), role: `recurrent weights of the ${gate} gate` })),
    ...['input', 'forget', 'output'].map((gate) =>
      refused(`peephole weights of the ${gate} gate`, plainCell),
    ),
    ...gates.map(
      (gate): Operand => ({
        ...parameter(`bias of the ${gate} gate`, ['int32', 'int64']),
        followsValues: true,
      }),
    ),
    refused('projection weights', plainCell),
    refused('projection bias', plainCell),
    state('hidden state', ['int8', 'int16']),
    state('cell state', ['int16']),
    ...norm,
  ],
  output: value,
  readOptions: (options, report) => {
    const activation = get(options, 'UnidirectionalSequenceLSTMOptions.activation');
    if (activation !== tanhCode) report('a cell activation other than tanh', plainCell);
    if (get(options, 'UnidirectionalSequenceLSTMOptions.diagonal')) {
      report('diagonal recurrent weights', plainCell);
    }
    const cellClip = get(options, 'UnidirectionalSequenceLSTMOptions.cellClip');
    if (!Number.isFinite(cellClip) || cellClip < 0) throw malformed(`its cell clip is ${cellClip}`);
    return {
      op: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
      timeMajor: get(options, 'UnidirectionalSequenceLSTMOptions.timeMajor'),
      cellClip,
    };
  },
};

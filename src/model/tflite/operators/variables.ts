/** The operators of TensorFlow's resource variables: they compute nothing, but say what is kept between invocations. */
import type { ElementType } from '../../types.ts';
import { optionsType } from '../schema.ts';

export type VariableOperator = 'ASSIGN_VARIABLE' | 'CALL_ONCE' | 'READ_VARIABLE' | 'VAR_HANDLE';

/** Codes and types of options in the schema, and limits. */
type Facts = { readonly code: number; readonly optionsType: number; readonly note: string | undefined };

export const variableOperators: Readonly<Record<VariableOperator, Facts>> = {
  ASSIGN_VARIABLE: {
    code: 144,
    optionsType: optionsType.assignVariable,
    note: 'float32 where nothing computes with it',
  },
  CALL_ONCE: { code: 129, optionsType: optionsType.callOnce, note: 'assigns constants to variables' },
  READ_VARIABLE: { code: 143, optionsType: optionsType.readVariable, note: undefined },
  VAR_HANDLE: { code: 142, optionsType: optionsType.varHandle, note: undefined },
};

/** What variables may hold. */
export const variableTypes: readonly ElementType[] = ['int8', 'int16', 'float32'];

export function isVariableOperator(name: string): boolean {
  return Object.hasOwn(variableOperators, name);
}

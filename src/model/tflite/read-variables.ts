/** TensorFlow's resource variables: operators that name, read and assign them, as values that come in and go out. */
import { at, type Failure } from '../../base/index.ts';
import { malformed, structureUnsupported } from '../failures.ts';
import type { ModelOperator, ModelVariable } from '../types.ts';
import { isVariableOperator } from './operators/variables.ts';
import { within } from './place.ts';
import { type FileOperator, readOperatorKinds, readOperators } from './read-operators.ts';
import { type FileTensor, readName, readTensors } from './read-tensors.ts';
import { optionsType } from './schema.ts';
import { absentTable, get, type Table, type Vector } from './table.ts';

/** The operators that compute, and what the others amount to. */
export type SplitOperators = {
  readonly computing: readonly FileOperator[];
  readonly variables: readonly ModelVariable[];
  /** Reading a variable for the second time, or after its assignment, gives a value that is there already. */
  readonly aliases: readonly ModelOperator[];
};

/** A variable while the operators are walked through in the order in which they run. */
type Variable = {
  readonly container: string;
  readonly name: string;
  operator: number;
  read: number | undefined;
  assigned: number | undefined;
  /** What it holds at this point of the invocation. */
  current: number | undefined;
};

const longestName = 4096;

/** Which tensors of a subgraph are handles of which variables, by container and name. */
type Handles = ReadonlyMap<number, { readonly container: string; readonly name: string }>;

/**
 * Separates the operators of variables from those that compute. A variable that is assigned before it is read keeps
 * nothing and is left out.
 */
export function splitVariables(
  model: Table,
  subgraphs: Vector<Table>,
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
): SplitOperators {
  const ofVariables = operators.filter(({ kind }) => isVariableOperator(kind.name));
  const computing = operators.filter(({ kind }) => !isVariableOperator(kind.name));
  const initial = readInitial(model, subgraphs, ofVariables);
  const handles = readHandles(ofVariables);
  const walk = new Walk(handles, tensors);
  for (const operator of ofVariables) within(label(operator), () => walk.visit(operator));
  const kept = [...walk.variables].flatMap(([key, variable]): ModelVariable[] => {
    const { container, name, operator, read, assigned } = variable;
    if (read === undefined) return [];
    const bytes = initialBytes(at(tensors, read), initial.get(key), name);
    checkAssigned(tensors, variable);
    return [{ container, name, read, assigned, operator, initial: bytes }];
  });
  return { computing, variables: kept, aliases: walk.aliases };
}

class Walk {
  readonly variables = new Map<string, Variable>();
  readonly aliases: ModelOperator[] = [];
  readonly #handles: Handles;
  readonly #tensors: readonly FileTensor[];

  constructor(handles: Handles, tensors: readonly FileTensor[]) {
    this.#handles = handles;
    this.#tensors = tensors;
  }

  visit(operator: FileOperator): void {
    if (operator.kind.name === 'READ_VARIABLE') this.#read(operator);
    if (operator.kind.name === 'ASSIGN_VARIABLE') this.#assign(operator);
  }

  #read({ index, inputs, outputs }: FileOperator): void {
    const variable = this.#variableOf(inputs[0], index);
    const [output, ...others] = outputs;
    if (output === undefined || others.length > 0) throw malformed('it does not give one tensor');
    const given = at(this.#tensors, output);
    if (given.data !== undefined) throw malformed(`it writes tensor ${output}, which is a constant`);
    if (variable.current !== undefined) {
      const held = at(this.#tensors, variable.current);
      if (!isAlike(held, given)) {
        throw malformed(`variable "${variable.name}" holds ${facts(held)} and is read as ${facts(given)}`);
      }
      const options = { op: 'RESHAPE' } as const;
      this.aliases.push({ index, inputs: [variable.current], outputs: [output], options });
      return;
    }
    variable.read = output;
    variable.current = output;
  }

  #assign({ index, inputs }: FileOperator): void {
    const variable = this.#variableOf(inputs[0], index);
    const [, value = -1] = inputs;
    if (value === -1) throw malformed('it assigns no value');
    variable.assigned = value;
    variable.current = value;
    variable.operator = index;
  }

  #variableOf(handle: number | undefined, operator: number): Variable {
    const named = handle === undefined ? undefined : this.#handles.get(handle);
    if (named === undefined) throw malformed('it names no variable');
    const key = keyOf(named);
    const known = this.variables.get(key);
    if (known !== undefined) return known;
    const fresh = { ...named, operator, read: undefined, assigned: undefined, current: undefined };
    this.variables.set(key, fresh);
    return fresh;
  }
}

function readHandles(operators: readonly FileOperator[]): Handles {
  const handles = new Map<number, { container: string; name: string }>();
  for (const operator of operators) {
    if (operator.kind.name !== 'VAR_HANDLE') continue;
    within(label(operator), () => {
      const options = optionsOf(operator, optionsType.varHandle);
      const [output] = operator.outputs;
      if (output === undefined) throw malformed('it gives no handle');
      const container = nameOf(get(options, 'VarHandleOptions.container'));
      handles.set(output, { container, name: nameOf(get(options, 'VarHandleOptions.sharedName')) });
    });
  }
  return handles;
}

function nameOf(bytes: Uint8Array): string {
  if (bytes.length > longestName) throw malformed(`a variable's name has ${bytes.length} bytes`);
  return readName(bytes, () => undefined);
}

function keyOf({ container, name }: { readonly container: string; readonly name: string }): string {
  return JSON.stringify([container, name]);
}

function optionsOf({ table }: FileOperator, type: number): Table {
  const stated = get(table, 'Operator.builtinOptionsType');
  if (stated !== optionsType.none && stated !== type) {
    throw malformed(`it has the options of another operator (type ${stated})`);
  }
  return get(table, 'Operator.builtinOptions') ?? absentTable(table);
}

/** Constants that the subgraph of CALL_ONCE assigns, by variable. */
function readInitial(
  model: Table,
  subgraphs: Vector<Table>,
  operators: readonly FileOperator[],
): ReadonlyMap<string, FileTensor> {
  const [call, ...others] = operators.filter(({ kind }) => kind.name === 'CALL_ONCE');
  if (subgraphs.length > (call === undefined ? 1 : 2) || others.length > 0)
    throw severalSubgraphs(subgraphs.length);
  if (call === undefined) return new Map();
  return within(label(call), () => {
    const index = get(optionsOf(call, optionsType.callOnce), 'CallOnceOptions.initSubgraph');
    if (index !== 1 || subgraphs.length !== 2)
      throw malformed(`it calls subgraph ${index}, which is not there`);
    const subgraph = subgraphs.get(index);
    const tensors = readTensors(get(subgraph, 'SubGraph.tensors'), get(model, 'Model.buffers'));
    const kinds = readOperatorKinds(get(model, 'Model.operatorCodes'));
    return assignedConstants(
      readOperators(get(subgraph, 'SubGraph.operators'), kinds, tensors.length),
      tensors,
    );
  });
}

function assignedConstants(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
): ReadonlyMap<string, FileTensor> {
  const handles = readHandles(operators);
  const initial = new Map<string, FileTensor>();
  for (const { kind, inputs } of operators) {
    if (kind.name === 'VAR_HANDLE') continue;
    const [handle = -1, value = -1] = inputs;
    const named = handles.get(handle);
    const tensor = tensors[value];
    if (kind.name !== 'ASSIGN_VARIABLE' || named === undefined || tensor?.data === undefined) {
      throw structureUnsupported(
        `variables are initialised by ${kind.name}, only constants are supported`,
        'initialise variables with constants, for example with initializer="zeros"',
      );
    }
    initial.set(keyOf(named), tensor);
  }
  return initial;
}

function severalSubgraphs(count: number): Failure {
  return structureUnsupported(
    `the file has ${count} subgraphs, only one is supported beside one that initialises variables`,
    'convert a network without control flow (IF, WHILE) and with a single signature',
  );
}

function initialBytes(
  read: FileTensor,
  initial: FileTensor | undefined,
  name: string,
): Uint8Array | undefined {
  if (initial === undefined) return undefined;
  if (!isAlike(read, initial)) {
    throw malformed(`variable "${name}" is initialised as ${facts(initial)} and read as ${facts(read)}`);
  }
  if (initial.hasOnlyNumbers === false) throw malformed(`variable "${name}" does not begin with numbers`);
  return initial.data;
}

function checkAssigned(tensors: readonly FileTensor[], { read, assigned, name }: Variable): void {
  if (read === undefined || assigned === undefined) return;
  const [before, after] = [at(tensors, read), at(tensors, assigned)];
  if (!isAlike(before, after)) {
    throw malformed(`variable "${name}" is assigned as ${facts(after)} and read as ${facts(before)}`);
  }
}

function isAlike(a: FileTensor, b: FileTensor): boolean {
  return facts(a) === facts(b);
}

function facts({ type, shape }: FileTensor): string {
  return `${type.name} [${shape.join(', ')}]`;
}

function label({ index, kind }: FileOperator): string {
  return `operator ${index} ${kind.name}`;
}

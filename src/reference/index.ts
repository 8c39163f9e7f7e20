/** Door of `reference`: the int8 oracle. */
export { type EdgeValues, type Interpretation, interpret, type Memory, resetMemory } from './interpret.ts';

/** Door of `reference`: the int8 oracle. */
export { type EdgeValues, type Interpretation, interpret } from './interpret.ts';

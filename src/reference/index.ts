/** Door of `reference`: the int8 oracle. */
export { type Interpretation, interpret } from './interpret.ts';

/** Door of `proposal`: what would bring a network that is over a limit within it. */
export { type ProposalRequest, propose } from './propose.ts';
export { scaleGraph } from './scale-graph.ts';
export type { Proposal, ProposalOption } from './types.ts';

/** What a smaller version of a network would need, as plain data. */

/** Limits to stay within; absent where there is none. */
export type ProposalLimits = {
  readonly sramBytes?: number | undefined;
  readonly flashBytes?: number | undefined;
  readonly milliseconds?: number | undefined;
};

export type ProposalOption = {
  /** `plan`: the same network under another objective. */
  readonly kind: 'plan' | 'resolution' | 'width' | 'resolution-and-width';
  readonly objective: 'auto' | 'memory' | 'speed';
  /** Shape of the network's input, as an image where it is one. */
  readonly inputShape: readonly number[];
  /** Factor of the channels between input and output; 1 where they are as they were. */
  readonly widthFactor: number;
  readonly macs: number;
  readonly sramBytes: number;
  readonly flashBytes: number;
  readonly milliseconds: number;
  /** Whether all limits hold. */
  readonly fits: boolean;
};

/** Planned, not trained: nothing is known of the accuracy of options other than `plan`. */
export type Proposal = {
  readonly options: readonly ProposalOption[];
  /** How many networks were planned to find these. */
  readonly plansTried: number;
};

/** The smallest search that has everything: one space, two islands, three generations. */

/** Of the super-network in test/fixtures/supernet-tiny. */
export const space: string = `
    input: { channels: 2, resolutions: [[13, 10]] }
    widths: [0.5]
    stem: { width: 8 }
    stages:
      - { width: 8, depths: [1], expands: [1], kernels: [3] }
      - { width: 16, stride: 2, depths: [1, 2], expands: [1.5, 2, 3], kernels: [3, 5, 7] }
    head: 24
    classes: 4
    divisor: 4`;
/** A search of seconds. */
export const numbers: string = 'population: 8\n  generations: 2\n  islands: 2\n  samples: 10\n  seed: 5';
/** A configuration that needs no data. */
export const byMacs: string = `toolchain: local
search:
  accuracy: flops
  space: ${space}
  ${numbers}
`;

/** Stage one alone. */
export const spacesAlone: string = byMacs.replace('  accuracy: flops\n', '');

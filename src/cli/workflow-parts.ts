/** What the workflows are made of: actions by the SHA of a release, and how ours is called. */

export const checkout = 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2';
export const upload = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0';
export const cacheAction = (part: 'restore' | 'save'): string =>
  `actions/cache/${part}@55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0`;
export const download = 'actions/download-artifact@70fc10c6e5e1ce46ad2ea6f2b72d43f7d47b13c3 # v8.0.0';
export const attest = 'actions/attest-build-provenance@a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32 # v4.1.0';
export const action =
  'org/mcunet-action@v1 # zizmor: ignore[unpinned-uses] moves with each release of version 1; a SHA stays';

/** Where the configuration is told from the default. */
export function configLines(config: string, indent: string): string {
  return config === 'mcunet.yml' ? '' : `${indent}with:\n${indent}  config: ${JSON.stringify(config)}\n`;
}

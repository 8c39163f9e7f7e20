/** Who made a report; a test keeps the version equal to the package's. */
export const generator = { name: 'mcunet-action', version: '0.1.0' } as const;

/** Memory protection unit (Armv7-M ARM, B3.5): its registers, and what they allow to whom. */
import { at } from '../../base/index.ts';
import type { RegisterRange } from './nvic.ts';
import { merge } from './types.ts';

/** Offsets from 0xE000E000. RBAR and RASR have three aliases behind them. */
const offsets = { type: 0xd90, control: 0xd94, number: 0xd98, base: 0xd9c, end: 0xdbc } as const;

/** MPU_CTRL: on; on in HardFault, NMI and under FAULTMASK; default map for privileged code outside all regions. */
const control = { enable: 1, enableInFaults: 2, privilegedDefault: 4 } as const;
const executeNever = 1 << 28;

export type Access = 'read' | 'write' | 'fetch';

export type Mpu = RegisterRange & {
  readonly isOn: () => boolean;
  /** Whether code of a privilege may access all of `bytes` at `address`. `inFault`: priority below 0. */
  allows(address: number, bytes: number, access: Access, who: Privilege): boolean;
  /** No boundary of regions or subregions lies within a block of so many bytes, aligned. */
  readonly granuleBytes: () => number;
};

export type Privilege = { readonly isPrivileged: boolean; readonly inFault: boolean };

/** By RASR.AP: what privileged and unprivileged code may do (B3.5.9, table B3-15). */
const permissions = [
  ['', ''],
  ['rw', ''],
  ['rw', 'r'],
  ['rw', 'rw'],
  ['', ''],
  ['r', ''],
  ['r', 'r'],
  ['r', 'r'],
] as const;

type Region = { base: number; attributes: number };

const sizeOf = ({ attributes }: Region): number => 2 ** (((attributes >>> 1) & 31) + 1);
const isEnabled = ({ attributes }: Region): boolean => (attributes & 1) !== 0;
/** Regions of 256 bytes and more have eight subregions. */
const subregionBytes = (region: Region): number =>
  sizeOf(region) >= 256 ? sizeOf(region) / 8 : sizeOf(region);

function covers(region: Region, address: number): boolean {
  const size = sizeOf(region);
  const base = Math.floor((region.base >>> 0) / size) * size;
  if (!isEnabled(region) || address < base || address >= base + size) return false;
  const subregion = Math.floor((address - base) / subregionBytes(region));
  return size < 256 || ((region.attributes >>> (8 + subregion)) & 1) === 0;
}

function permits({ attributes }: Region, access: Access, isPrivileged: boolean): boolean {
  const allowed = permissions[(attributes >>> 24) & 7]?.[isPrivileged ? 0 : 1] ?? '';
  if (access === 'fetch') return (attributes & executeNever) === 0 && allowed !== '';
  return allowed.includes(access === 'read' ? 'r' : 'w');
}

/** `onChange` is told when what is allowed may have changed. */
export function createMpu(regionCount: number, onChange: () => void): Mpu {
  const regions = Array.from({ length: regionCount }, (): Region => ({ base: 0, attributes: 0 }));
  let flags = 0;
  let number = 0;
  const isOn = (): boolean => (flags & control.enable) !== 0;

  /** The region of highest number decides (B3.5.3). */
  const allowsByte = (address: number, access: Access, isPrivileged: boolean): boolean => {
    const region = regions.findLast((candidate) => covers(candidate, address));
    if (region !== undefined) return permits(region, access, isPrivileged);
    return isPrivileged && (flags & control.privilegedDefault) !== 0;
  };

  return {
    isOn,
    allows: (address, bytes, access, { isPrivileged, inFault }) => {
      if (!isOn() || (inFault && (flags & control.enableInFaults) === 0)) return true;
      const last = address + bytes - 1;
      return allowsByte(address, access, isPrivileged) && allowsByte(last, access, isPrivileged);
    },
    granuleBytes: () =>
      regions
        .filter(isEnabled)
        .reduce((least, region) => Math.min(least, subregionBytes(region)), Number.POSITIVE_INFINITY),
    read: (offset) => {
      if (offset === offsets.type) return regionCount << 8;
      if (offset === offsets.control) return flags;
      if (offset === offsets.number) return number;
      const isBase = ((offset - offsets.base) & 4) === 0;
      const { base, attributes } = at(regions, number);
      return isBase ? base | number : attributes;
    },
    write: (offset, value, mask) => {
      const wasOn = isOn();
      if (offset === offsets.control) flags = merge(flags, value, mask) & 7;
      else if (offset === offsets.number) number = (value & 0xff) % regionCount;
      else if (offset >= offsets.base && offset < offsets.end) {
        const isBase = ((offset - offsets.base) & 4) === 0;
        // VALID chooses the region in the same write.
        if (isBase && (value & 0x10) !== 0) number = (value & 15) % regionCount;
        const region = at(regions, number);
        if (isBase) region.base = value & ~0x1f;
        else region.attributes = merge(region.attributes, value, mask);
      }
      if (wasOn || isOn()) onChange();
    },
  };
}

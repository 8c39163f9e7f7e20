/** The program that runs sequences on QEMU, and its files: cases in, states out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildForQemu, runOnQemu } from '../support/qemu.ts';

/** Where things lie on both machines. */
export const layout = {
  /** A jump to where states are saved, then the sequences. */
  code: 0x2010_0000,
  codeBytes: 0x10_0000,
  /** What loads and stores reach. */
  data: 0x2020_0000,
  dataBytes: 0x4000,
  /** Bases point here, the stack pointer there, so that no access leaves the data. */
  baseOffset: 0x1000,
  stackOffset: 0x3000,
  firstSequence: 0x2010_0010,
} as const;

/** Words of a state: r0 to r14, APSR, FPSCR, s0 to s31. */
export const stateWords = { registers: 15, apsr: 15, fpscr: 16, floats: 17, count: 49 } as const;
/** A case is a state and the address of its sequence. */
const caseWords = stateWords.count + 1;

const program = `
#include <stdint.h>
#include <stdio.h>
#define CODE ((uint8_t *)${layout.code})
#define DATA ((uint8_t *)${layout.data})
#define CASES ((uint32_t *)0x20210000)
#define RESULTS ((uint32_t *)0x202b0000)
uint32_t saved_stack, saved_result;
void run_case(const uint32_t *state);
void save_state(void);
__asm(
".syntax unified\\n .section .data\\n .align 2\\n .thumb\\n .global run_case\\n .type run_case, %function\\n .thumb_func\\n"
"run_case: push {r4-r11, lr}\\n vpush {s16-s31}\\n ldr r1, =saved_stack\\n str sp, [r1]\\n"
" ldr r1, [r0, #196]\\n adr r2, target\\n str r1, [r2]\\n"
" add r1, r0, #68\\n vldmia r1, {s0-s31}\\n ldr r1, [r0, #64]\\n vmsr fpscr, r1\\n"
" ldr r1, [r0, #60]\\n msr APSR_nzcvqg, r1\\n ldr sp, [r0, #52]\\n ldr lr, [r0, #56]\\n"
" ldm r0, {r0-r12}\\n ldr pc, target\\n .align 2\\n"
"target: .word 0\\n .ltorg\\n"
" .global save_state\\n .type save_state, %function\\n .thumb_func\\n"
"save_state: ldr r9, =saved_result\\n ldr r9, [r9]\\n stmia r9!, {r0-r8}\\n str r10, [r9], #4\\n"
" str r10, [r9], #4\\n str r11, [r9], #4\\n str r12, [r9], #4\\n str sp, [r9], #4\\n str lr, [r9], #4\\n"
" mrs r0, apsr\\n str r0, [r9], #4\\n vmrs r0, fpscr\\n str r0, [r9], #4\\n vstmia r9!, {s0-s31}\\n"
" mov r0, #0\\n vmsr fpscr, r0\\n clrex\\n"
" ldr r1, =saved_stack\\n ldr sp, [r1]\\n vpop {s16-s31}\\n pop {r4-r11, pc}\\n .ltorg\\n .text\\n");

int main(void) {
  FILE *in = fopen("cases.bin", "rb"), *out = fopen("results.bin", "wb");
  uint32_t header[2];
  setvbuf(in, NULL, _IONBF, 0);
  setvbuf(out, NULL, _IONBF, 0);
  while (fread(header, 4, 2, in) == 2) {
    fread(CASES, ${caseWords * 4}, header[0], in);
    fread(CODE, 1, header[1], in);
    fread(DATA, 1, ${layout.dataBytes}, in);
    ((uint32_t *)CODE)[0] = 0xf000f8df; /* ldr pc, [pc] */
    ((uint32_t *)CODE)[1] = (uint32_t)save_state;
    for (uint32_t i = 0; i < header[0]; i++) {
      saved_result = (uint32_t)(RESULTS + i * ${stateWords.count});
      run_case(CASES + i * ${caseWords});
    }
    fwrite(RESULTS, ${stateWords.count * 4}, header[0], out);
    fwrite(DATA, 1, ${layout.dataBytes}, out);
  }
  fclose(out);
  return 0;
}
`;

export type Case = {
  /** `stateWords.count` words. */
  readonly state: Int32Array;
  readonly address: number;
};

export type Batch = {
  readonly cases: readonly Case[];
  /** From `layout.code` on. */
  readonly code: Uint8Array;
  readonly data: Uint8Array;
};

export type BatchResult = { readonly states: readonly Int32Array[]; readonly data: Uint8Array };

/** Builds the program in `folder`; resolves to its path. */
export async function buildGuest(folder: string): Promise<string> {
  const unit = join(folder, 'guest.c');
  writeFileSync(unit, program);
  return buildForQemu(folder, { units: [unit], includeFolders: [], flags: ['-O2'] });
}

/** Runs batches one after the other in one QEMU. */
export async function runGuest(
  elf: string,
  folder: string,
  batches: readonly Batch[],
): Promise<readonly BatchResult[]> {
  writeFileSync(join(folder, 'cases.bin'), Buffer.concat(batches.map(encodeBatch)));
  await runOnQemu(elf, folder, 600_000);
  const bytes = readFileSync(join(folder, 'results.bin'));
  let position = 0;
  const take = (length: number): Uint8Array => {
    position += length;
    return new Uint8Array(bytes.subarray(position - length, position));
  };
  return batches.map(({ cases }) => ({
    states: cases.map(() => new Int32Array(take(stateWords.count * 4).buffer)),
    data: take(layout.dataBytes),
  }));
}

function encodeBatch({ cases, code, data }: Batch): Buffer {
  const words = cases.flatMap(({ state, address }) => [...state, address | 1]);
  return Buffer.concat([
    Buffer.from(Uint32Array.of(cases.length, code.length).buffer),
    Buffer.from(Int32Array.from(words).buffer),
    code,
    data,
  ]);
}

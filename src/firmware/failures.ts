/** Failures of building firmware. */
import { Failure } from '../base/index.ts';

const installHint =
  'install the Arm compiler (Debian, Ubuntu: sudo apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi gcc libc6-dev) ' +
  'or a container engine (sudo apt-get install podman), then scripts/make-container-image';

export const toolchainMissing = (wanted: string, reasons: readonly string[], cause?: unknown): Failure =>
  new Failure({
    code: 'TOOLCHAIN_MISSING',
    kind: 'toolchain',
    message: `no ${wanted} works here (${reasons.join('; ')})`,
    hint: installHint,
    cause,
  });

export const buildFailed = (stage: string, stderr: string): Failure =>
  new Failure({
    code: 'FIRMWARE_BUILD_FAILED',
    kind: 'toolchain',
    message: `${stage} failed: ${firstComplaint(stderr)}`,
    hint: 'the compiler is known to accept the generated C at version 12.2; --verbose shows all that it said',
    data: { stderr },
  });

export const buildTimedOut = (stage: string): Failure =>
  new Failure({
    code: 'FIRMWARE_BUILD_TIMEOUT',
    kind: 'toolchain',
    message: `${stage} did not end in time`,
    hint: 'give the build more processors, or a smaller network',
  });

export const stackUnbounded = (findings: readonly string[]): Failure =>
  new Failure({
    code: 'FIRMWARE_STACK_UNBOUNDED',
    kind: 'toolchain',
    message: `the worst-case stack has no bound: ${findings.join('; ')}`,
    hint: 'compile every function of the image with -fcallgraph-info=su, without recursion or calls through pointers',
    data: { findings },
  });

/** Compilers say a lot; the first line that complains says why. */
function firstComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /\b(error|undefined|overflow|cannot|No such)/i.test(line)) ??
    lines[0] ??
    'no message'
  )
    .trim()
    .slice(0, 300);
}

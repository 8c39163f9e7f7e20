/** Pieces of the schema of `mcunet.yml` that several sections have: quantities with units, and paths. */
import { z } from 'zod';
import { type Quantity, readPoints, readRatio, readSize, readTime } from './units.ts';

type OptionalQuantity = z.ZodOptional<z.ZodType<number, string | number>>;

/** A quantity as text or number, read by `read`, whose words say what is allowed. */
function quantity(
  read: (input: string | number) => Quantity,
  description: string,
  examples: readonly string[],
): OptionalQuantity {
  return z
    .union([z.string(), z.number()], { error: `expected a text such as ${examples[0]}` })
    .transform((input, context) => {
      const result = read(input);
      if ('value' in result) return result.value;
      context.addIssue({ code: 'custom', message: result.problem });
      return z.NEVER;
    })
    .optional()
    .meta({ description: `${description} For example ${examples.join(', ')}.` });
}

export const size = (description: string): OptionalQuantity =>
  quantity(readSize, description, ['64KiB', '200KB', '0.5MiB']);
export const time = (description: string): OptionalQuantity =>
  quantity(readTime, description, ['20ms', '1.5s', '800us']);
export const ratio = (description: string): OptionalQuantity =>
  quantity(readRatio, description, ['85%', '0.85']);
export const share = (description: string): OptionalQuantity =>
  quantity(readRatio, description, ['2%', '0.02']);
export const points = (description: string): OptionalQuantity => quantity(readPoints, description, ['0.5pp']);

export const path = (description: string): z.ZodString =>
  z
    .string()
    .min(1, 'a path cannot be empty')
    .max(1000, 'a path has at most 1000 characters')
    .regex(/^[^\0\r\n]*$/, 'a path is one line')
    .meta({ description });

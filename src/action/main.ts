/** The action: from an event to what it asks for. */
import { obey } from './command.ts';
import { info } from './log.ts';
import { publish } from './publish.ts';
import { release } from './release.ts';
import { search } from './search.ts';
import { openSession } from './session.ts';
import { fail } from './verdict.ts';
import { verify } from './verify.ts';

async function main(): Promise<void> {
  const session = await openSession();
  if (session === undefined) {
    info('this event asks for nothing');
    return;
  }
  const { trigger } = session;
  if (session.inputs.mode === 'search') return search(session);
  switch (trigger.kind) {
    case 'workflow-run':
      return publish(session, trigger.run);
    case 'comment':
      return obey(session, trigger);
    case 'release':
      // Another mode says not to release.
      return session.inputs.mode === 'auto' ? release(session, trigger) : verify(session);
    default:
      return verify(session);
  }
}

try {
  await main();
} catch (error) {
  fail(error);
}

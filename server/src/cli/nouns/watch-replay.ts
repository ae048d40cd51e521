import type { Static } from 'typebox';
import type { ReplayBody } from '../../api/schemas/replay-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { limits } from '../../core/limits.ts';
import { answered } from '../api-client.ts';
import { startProgress } from '../output/progress.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { factLines } from '../output/table.ts';
import type { ServerCall } from '../server-command.ts';
import { say } from '../shell.ts';

type Replay = Static<typeof ReplayBody>;

/** Follows a replay to its end, or until it is paused. Ctrl-C leaves it running. */
export async function watchReplay(
  { api, shell, options }: Pick<ServerCall<object>, 'api' | 'shell' | 'options'>,
  id: string,
): Promise<number> {
  const path = `/v1/replays/${encodeURIComponent(id)}`;
  say(shell, `${id} runs; Ctrl-C leaves it running, posthorn replay cancel ${id} ends it`);
  const progress = startProgress(shell, 'positions of the log');
  try {
    for (;;) {
      const answer = await api.ask({ path });
      const replay = answered<Replay>(answer);
      const { position, upperPosition } = replay.progress;
      const isRunning = replay.state === 'running';
      progress.update(isRunning ? position : upperPosition, upperPosition);
      if (!isRunning) {
        progress.end();
        if (options.json === true) printJsonText(shell, answer.text);
        else printLines(shell, factLines(replay));
        return replay.state === 'failed' ? exitCodes.failed : exitCodes.ok;
      }
      await shell.wait(limits.watchMs, shell.stop());
    }
  } finally {
    progress.end();
  }
}

// Loaded into a process that is measured (--import): tells its event-loop delay when asked with SIGUSR2, and begins anew.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('SIGUSR2', () => {
  process.stderr.write(
    `{"loopP99":${Math.round(delay.percentile(99) / 1e4) / 100},"loopMax":${Math.round(delay.max / 1e4) / 100}}\n`,
  );
  delay.reset();
});

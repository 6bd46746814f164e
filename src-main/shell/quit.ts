import { app, BrowserWindow, dialog, powerSaveBlocker } from 'electron';
import type { Job } from '../contract/values/job.ts';
import type { Backend } from './backendProcess.ts';

/** How often the shell looks whether jobs run; computers fall asleep after minutes. */
const LOOK_EVERY_MS = 15_000;

/** Asks before quitting over a running job, keeps the computer awake while there is one, and ends the backend in the end. */
export function guardQuit(backend: Backend): void {
  let decided = false;
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const [job] = await runningJobs(backend);
    decided = !job || (await confirmQuit(job));
    asking = false;
    if (decided) app.quit();
  };
  // Both ways out come here: closing the window, and Quit.
  const hold = (event: { preventDefault(): void }): void => {
    if (decided) return;
    event.preventDefault();
    void ask();
  };
  app.on('before-quit', hold);
  app.on('browser-window-created', (_event, window) => window.on('close', hold));

  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void backend.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });

  keepAwake(backend);
}

async function confirmQuit(job: Job): Promise<boolean> {
  const options = {
    type: 'question' as const,
    title: 'Tessera',
    message: `“${job.title}” is still running (${Math.round(job.progress.fraction * 100)} %).`,
    detail:
      'If you quit now, it is interrupted. What it has done so far is kept, and you can resume it the next time.',
    buttons: ['Quit and keep it for later', 'Don’t quit'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const [window] = BrowserWindow.getAllWindows();
  const { response } = await (window
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options));
  return response === 0;
}

function keepAwake(backend: Backend): void {
  let blocker: number | null = null;
  const timer = setInterval(async () => {
    const busy = (await runningJobs(backend)).length > 0;
    if (busy && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!busy && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  }, LOOK_EVERY_MS);
  void backend.ended.then(() => clearInterval(timer));
}

/** The jobs that run now; none when the backend does not answer: there is then nothing left to lose. */
async function runningJobs(backend: Backend): Promise<Job[]> {
  try {
    const answer = await fetch(`${backend.url}/api/jobs.list`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${backend.token}` },
      body: '{}',
      signal: AbortSignal.timeout(3_000),
    });
    const jobs = (await answer.json()) as Job[];
    return answer.ok ? jobs.filter(({ status }) => status === 'running') : [];
  } catch {
    return [];
  }
}

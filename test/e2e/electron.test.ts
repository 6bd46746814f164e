import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ShellBridge } from '../../src-main/contract/bridge.ts';
import type { Job } from '../../src-main/contract/values/job.ts';
import { launchShell, startDisplay, whyNoElectron, type Shell } from '../support/electronApp.ts';
import { writeTiles } from '../support/tiles.ts';

/** A loaded machine takes its time to start processes and to train. */
const patiently = { timeout: 60_000 };

/** What the functions that run inside the page see of it. */
declare const window: {
  readonly tessera: ShellBridge;
  readonly location: { href: string };
  readonly navigator: {
    permissions: { query(of: { name: string }): Promise<{ state: string }> };
    clipboard: { writeText(text: string): Promise<void> };
  };
  open(url: string): unknown;
};

const reason = whyNoElectron();
if (reason) console.warn(`The tests of the Electron window are skipped: ${reason}.`);

describe.skipIf(reason)('the window', () => {
  let display: Awaited<ReturnType<typeof startDisplay>>;
  let shell: Shell;

  beforeAll(async () => void (display = await startDisplay()));
  afterAll(() => display?.stop());
  beforeEach(async () => {
    shell = await launchShell(display.name);
    await shell.page.getByRole('button', { name: 'I understand' }).click();
  });
  afterEach(() => shell.close());

  it('shows the page of its own backend, without anything of Node in it', async () => {
    const { app, page } = shell;
    expect(new URL(page.url()).hostname).toBe('127.0.0.1');
    expect(new URL(page.url()).search).not.toContain('token');
    const seen = await page.evaluate(() => ({
      bridge: Object.keys(window.tessera),
      node: ['process', 'require', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
    }));
    expect(seen.bridge.toSorted()).toEqual([
      'backend',
      'onMenu',
      'pickFile',
      'pickFolder',
      'saveFile',
      'showInFolder',
    ]);
    expect(seen.node).toEqual([]);
    const preferences = await app.evaluate(({ webContents }) => {
      // Not in Electron's public types, but the only way to see what a window was really made with.
      const [contents] = webContents.getAllWebContents() as unknown as { getLastWebPreferences(): unknown }[];
      return contents?.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('has the usual menu', async () => {
    expect(await menuOf(shell.app)).toMatchObject({
      File: {
        'Open Workspace…': 'CmdOrCtrl+O',
        'Import Dataset…': 'CmdOrCtrl+I',
        'Open Slide…': 'CmdOrCtrl+Shift+O',
        Quit: 'CmdOrCtrl+Q',
      },
      Edit: { Undo: 'undo', Copy: 'copy', Paste: 'paste', 'Find Anything…': 'CmdOrCtrl+K' },
      View: { Reload: 'reload', 'Zoom In': 'zoomin', 'Toggle Full Screen': 'togglefullscreen' },
      Help: { 'Keyboard Shortcuts': 'CmdOrCtrl+/', 'About Tessera': '' },
    });
    await choose(shell.app, 'shortcuts');
    await shell.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  });

  it('lends the page native dialogs, and shows only files that are there', async () => {
    const { app, page, folder } = shell;
    await answerDialogs(app, { folder: '/data/tiles', save: '/data/model.onnx' });
    const bridge = (call: Exclude<keyof ShellBridge, 'onMenu'>, ...values: unknown[]): Promise<unknown> =>
      page.evaluate(
        ([name, given]) =>
          (window.tessera[name] as (...of: unknown[]) => Promise<unknown>)(...given).catch(
            (error: Error) => error.message,
          ),
        [call, values] as const,
      );
    expect(await bridge('pickFolder', 'A folder')).toBe('/data/tiles');
    expect(await bridge('saveFile', 'A model', 'model.onnx')).toBe('/data/model.onnx');
    await answerDialogs(app, { folder: null, save: null });
    expect(await bridge('pickFile', 'A slide', [{ name: 'Slides', extensions: ['svs'] }])).toBeNull();
    expect(await bridge('saveFile', 'A model', 'model.onnx')).toBeNull();
    const gone = path.join(folder, 'gone.csv');
    expect(await bridge('showInFolder', gone)).toBe(`${gone} is no longer there.`);
  });

  it('stays on its own page: other addresses open in the browser, and only https ones', async () => {
    const { app, page } = shell;
    await app.evaluate(({ shell: desktop }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      desktop.openExternal = (url) => Promise.resolve(void opened.push(url));
    });
    const before = page.url();
    for (const url of ['https://example.org/a', 'file:///etc/passwd', 'javascript:alert(1)'])
      await page.evaluate((to) => void window.open(to), url);
    await page.evaluate(() => void (window.location.href = 'https://example.org/b'));
    const opened = () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    await expect.poll(opened, patiently).toEqual(['https://example.org/a', 'https://example.org/b']);
    expect(page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
    const permission = (name: string) =>
      page.evaluate(
        (of) => window.navigator.permissions.query({ name: of }).then(({ state }) => state),
        name,
      );
    expect(await permission('geolocation')).toBe('denied');
    expect(await permission('clipboard-read')).toBe('denied');
    await page.evaluate(() => window.navigator.clipboard.writeText('details'));
    const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
    await expect.poll(copied, patiently).toBe('details');
  });

  it('says so when the backend dies', async () => {
    const { app } = shell;
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = ((options: { message: string; buttons: string[] }) => {
        Object.assign(globalThis, { shown: `${options.message} [${options.buttons.join(', ')}]` });
        return new Promise(() => undefined); // the user thinks it over
      }) as typeof dialog.showMessageBox;
    });
    process.kill(backendOf(shell), 'SIGKILL');
    await expect
      .poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown), patiently)
      .toBe('Tessera’s backend has ended unexpectedly. [Restart Tessera, Quit]');
  });

  it('trains a tiny network, and asks before quitting over the job', async () => {
    const { app, page, folder, running } = shell;
    const tiles = path.join(folder, 'tiles');
    await writeTiles(tiles, 20);

    await answerDialogs(app, { folder: path.join(folder, 'workspace'), save: null });
    await page.getByRole('button', { name: 'Browse' }).click();
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('button', { name: 'Import a dataset' }).waitFor();
    await answerDialogs(app, { folder: tiles, save: null });
    await choose(app, 'dataset.import');
    await page.getByRole('button', { name: 'Folder …' }).click();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect.poll(() => statusOf(shell, 'import'), patiently).toBe('done');

    await page.getByRole('link', { name: 'Train', exact: true }).click();
    await page.getByText('All settings').click();
    for (const [label, value] of [
      ['Labels per class', '6'],
      ['Validation labels per class', '2'],
      ['Image size', '16'],
      ['Width', '4'],
      ['Batch size', '4'],
      ['Epochs', '2'],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await expect.poll(() => statusOf(shell, 'train'), patiently).toBe('done');
    await page
      .getByText(/\(n = \d+\)/)
      .first()
      .waitFor();

    // The same again, for longer than the test waits: quitting has to ask.
    await page.getByRole('link', { name: 'Train', exact: true }).click();
    await page.getByLabel('Epochs', { exact: true }).fill('5000');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await expect.poll(() => statusOf(shell, 'train'), patiently).toBe('running');
    const asked = await quitAnswering(app, 1);
    expect(asked).toMatch(/is still running \(\d+ %\)\. \[Quit and keep it for later, Don’t quit\]/);
    expect(await statusOf(shell, 'train')).toBe('running');

    const backend = backendOf(shell);
    const ended = new Promise((resolve) => running.once('exit', resolve));
    await quitAnswering(app, 0);
    await ended;
    await expect.poll(() => existsSync(`/proc/${backend}`), patiently).toBe(false);
  });
});

/** The application menu: per menu, labels to accelerators, or to the role where Electron decides the accelerator. */
function menuOf(app: ElectronApplication): Promise<Record<string, Record<string, string>>> {
  return app.evaluate(({ Menu }) =>
    Object.fromEntries(
      (Menu.getApplicationMenu()?.items ?? []).map((menu) => [
        menu.label.replace('&', ''),
        Object.fromEntries(
          (menu.submenu?.items ?? [])
            .filter(({ type }) => type !== 'separator')
            .map((item) => [item.label, String(item.accelerator ?? item.role ?? '').replace('null', '')]),
        ),
      ]),
    ),
  );
}

/** Chooses an entry of the application menu by its id. */
async function choose(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu, BrowserWindow }, entry) => {
    const [window] = BrowserWindow.getAllWindows();
    Menu.getApplicationMenu()?.getMenuItemById(entry)?.click({}, window, window?.webContents);
  }, id);
}

/** Answers the system's dialogs in the user's place; null: cancelled. */
async function answerDialogs(
  app: ElectronApplication,
  answers: { folder: string | null; save: string | null },
): Promise<void> {
  await app.evaluate(({ dialog }, { folder, save }) => {
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: folder === null, filePaths: folder === null ? [] : [folder] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: save === null, filePath: save ?? '' });
  }, answers);
}

/** Quits as the menu does, and answers the question with the button of this index. Resolves with the question. */
function quitAnswering(app: ElectronApplication, response: number): Promise<string> {
  return app.evaluate(
    ({ app: main, dialog }, index) =>
      new Promise<string>((resolve) => {
        dialog.showMessageBox = ((_window: unknown, options: { message: string; buttons: string[] }) => {
          resolve(`${options.message} [${options.buttons.join(', ')}]`);
          return Promise.resolve({ response: index, checkboxChecked: false });
        }) as typeof dialog.showMessageBox;
        main.quit();
      }),
    response,
  );
}

async function jobs({ page }: Shell): Promise<Job[]> {
  const { url, token } = await page.evaluate(() => window.tessera.backend());
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/jobs.list`, { method: 'POST', headers, body: '{}' });
  return (await answer.json()) as Job[];
}

/** The state of the newest job of a kind. */
async function statusOf(shell: Shell, kind: Job['kind']): Promise<Job['status'] | undefined> {
  const ofKind = (await jobs(shell)).filter((job) => job.kind === kind);
  return ofKind.toSorted((a, b) => b.id - a.id)[0]?.status;
}

/** The process id of the window's backend. Linux only, as these tests are. */
function backendOf({ running }: Shell): number {
  const parent = `PPid:\t${running.pid}\n`;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const own = readFileSync(`/proc/${entry}/status`, 'utf8').includes(parent);
      if (own && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('backend/main.ts'))
        return Number(entry);
    } catch {
      continue; // it ended meanwhile
    }
  }
  throw new Error('The window has no backend process.');
}

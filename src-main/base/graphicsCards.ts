import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** PCI vendors whose GPUs WebGPU supports on Linux. */
const VENDORS: Record<string, string> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

/** A driver that renders on the processor, by its name or its file's. */
export const SOFTWARE_RENDERER =
  /swiftshader|lavapipe|llvmpipe|lvp_|softpipe|basic (render|display)|warp|software renderer/i;

/** The names of the graphics cards, as far as the operating system tells; none where it tells of none. */
export async function graphicsCards(): Promise<string[]> {
  if (process.platform === 'darwin') return [`${os.cpus()[0]?.model ?? 'Mac'} GPU`];
  return process.platform === 'win32' ? windowsNames() : linuxNames();
}

async function windowsNames(): Promise<string[]> {
  const command = '(Get-CimInstance Win32_VideoController).Name';
  // Where PowerShell is forbidden there are no names, and all else goes on.
  const { stdout } = await promisify(execFile)('powershell.exe', ['-NoProfile', '-Command', command]).catch(
    () => ({ stdout: '' }),
  );
  return lines(stdout);
}

/** A driver forced by the Vulkan loader's variables comes first; then NVIDIA's own list; then the kernel's render nodes. */
async function linuxNames(): Promise<string[]> {
  const forced = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  if (forced !== undefined && SOFTWARE_RENDERER.test(forced))
    return [`software renderer (${path.basename(forced)})`];
  const nvidia = await readAll('/proc/driver/nvidia/gpus', (gpu) => `${gpu}/information`);
  const models = nvidia.flatMap((text) => /^Model:\s*(.+)$/m.exec(text)?.[1] ?? []);
  if (models.length > 0) return models;
  const vendors = await readAll('/sys/class/drm', (node) =>
    node.startsWith('renderD') ? `${node}/device/vendor` : null,
  );
  return vendors.flatMap((vendor) => {
    const name = VENDORS[vendor.trim()];
    return name === undefined ? [] : [`${name} GPU`];
  });
}

/** Texts of one file per entry of a folder; what is not there is left out, since it only means: no such GPU. */
async function readAll(folder: string, file: (entry: string) => string | null): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const files = entries.flatMap((entry) => file(entry) ?? []);
  const texts = await Promise.all(files.map((name) => readFile(`${folder}/${name}`, 'utf8').catch(() => '')));
  return texts.filter((text) => text !== '');
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

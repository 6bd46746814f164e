import { Command, Option } from 'commander';
import { checkWords, knownWords, statementWords } from '../../contract/importWords.ts';
import { modelScore, type ModelScore } from '../../contract/modelScore.ts';
import type { Model } from '../../contract/values/model.ts';
import { execute, withCommonOptions, type CommonOptions } from '../command.ts';
import { modelCalled } from '../lookUp.ts';
import { userPath } from '../paths.ts';
import { modelReport } from '../modelReport.ts';
import { percent, table } from '../table.ts';

interface ExportOptions extends CommonOptions {
  readonly format: 'onnx' | 'safetensors';
  readonly out: string;
}

export function modelCommand(): Command {
  const model = new Command('model').description('look at models, write them to files, take files in');
  withCommonOptions(model.command('list'))
    .description('list the models')
    .action((options: CommonOptions) =>
      execute(options, false, async ({ client }) => {
        const all = await client('models.list', {});
        return { json: all, text: table([HEADING, ...all.map(row)]) };
      }),
    );
  withCommonOptions(model.command('show'))
    .description('what a model is, where it comes from, and how good it is')
    .argument('<model>', 'name or number of the model')
    .action((called: string, options: CommonOptions) =>
      execute(options, false, async ({ client }) => {
        const found = await modelCalled(client, called);
        return { json: found, text: modelReport(found) };
      }),
    );
  withCommonOptions(model.command('export'))
    .description('write a model to a file')
    .argument('<model>', 'name or number of the model')
    .addOption(new Option('--format <format>').choices(['onnx', 'safetensors']).default('onnx'))
    .requiredOption('--out <file>')
    .action((called: string, { format, out, ...options }: ExportOptions) =>
      execute(options, false, async ({ client }) => {
        const { id } = await modelCalled(client, called);
        const written = await client('models.export', { id, format, path: userPath(out) });
        return { json: written, text: `${written.path} (${written.bytes} bytes)` };
      }),
    );
  withCommonOptions(model.command('import'))
    .description(
      'take in a classifier that Tessera exported (.onnx), or weights to begin from (.safetensors, .pth): ImageNet’s, say',
    )
    .argument('<file>')
    .action((file: string, options: CommonOptions) =>
      execute(options, true, async ({ client }) => {
        const before = await client('models.list', {});
        const imported = await client('models.import', { path: userPath(file) });
        const known = before.find(({ id }) => id === imported.id);
        return { json: imported, text: `${table([HEADING, row(imported)])}\n${importText(known, imported)}` };
      }),
    );
  return model;
}

function importText(before: Model | undefined, imported: Model): string {
  const { checked, statement } = imported.card;
  const known = knownWords(before, imported);
  if (known !== null) return known;
  const check = checked ? [`Checked: ${checkWords(checked)}.`] : [];
  return [...check, ...(statement ? [`Result: ${statementWords(statement)}.`] : [])].join('\n');
}

const HEADING = ['id', 'name', 'kind', 'network', 'classes', 'image size', 'measured', 'n', 'begun from'];

function row(model: Model) {
  const { id, name, card, init } = model;
  const score = modelScore(model);
  return [
    id,
    name,
    card.kind,
    `${card.architecture} width ${card.width}`,
    card.classNames.length,
    card.imageSize,
    score && measured(score),
    score?.n ?? null,
    init?.name ?? null,
  ];
}

/** "81.4 %", "mIoU 23.1 %", "81.4 % (stated)". */
const measured = ({ metric, value, stated }: ModelScore): string =>
  `${metric === 'accuracy' ? '' : `${metric} `}${percent(value)}${stated ? ' (stated)' : ''}`;

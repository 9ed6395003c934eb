import type { Command } from 'commander';
import type { VariantTestsView } from '../../api/schemas/variant-tests.ts';
import type { CliIo } from '../cli-io.ts';
import { command, Session, versionOf } from '../session.ts';
import { variantTestsText } from '../variant-tests-text.ts';

/** `edgeloop models tests`. */
export function modelTests(io: CliIo): Command {
  return command('tests', 'Show how the variants of a version do on the devices, and which hardware refused which.')
    .argument('<version>', 'NAME@VERSION', versionOf)
    .action(async ({ name, version }: { name: string; version: number }, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(name)}/versions/${version}/tests`;
      const answer = await session.api.get<VariantTestsView>(path);
      session.answer(answer, () => variantTestsText(answer));
    });
}

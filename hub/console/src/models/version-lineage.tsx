import type { TrainedVersion } from '@edgeloop/hub';
import { Link } from '@tanstack/react-router';
import { Facts } from '../elements/facts.tsx';
import { Panel } from '../elements/panel.tsx';
import { versionName } from '../format/names.ts';
import { formatDate } from '../format/times.ts';
import { RecipeFacts } from '../runs/recipe-facts.tsx';

/** Everything the version was made of, so that it can be made again. */
export function VersionLineage({ version }: { version: TrainedVersion }) {
  const { lineage, model } = version;
  return (
    <div className="columns">
      <Panel title="Made of">
        <Facts
          facts={{
            Run: (
              <Link to="/runs/$run" params={{ run: lineage.runId }}>
                {lineage.runId}
              </Link>
            ),
            Data: versionName(lineage.dataset.name, lineage.dataset.version),
            'Digest of the data': <code className="digest">{lineage.dataset.digest}</code>,
            'Fine-tuned from':
              lineage.from === null ? null : (
                <Link
                  to="/models/$model/$version"
                  params={{ model: lineage.from.model, version: String(lineage.from.version) }}
                >
                  {versionName(lineage.from.model, lineage.from.version)}
                </Link>
              ),
            'Derived from': lineage.derivedFrom
              ? `${versionName(model, lineage.derivedFrom.version)} by ${lineage.derivedFrom.quantizationId}`
              : null,
            Parent: lineage.parentVersion === null ? 'none' : versionName(model, lineage.parentVersion),
            Cause: `${lineage.cause.kind} ${lineage.cause.ref}`,
            Worker: lineage.worker,
            Engine: lineage.engine,
            'Code version': lineage.codeVersion,
            Seed: String(lineage.seed),
            Made: formatDate(version.createdMs),
            'Signed by': <code className="digest">{version.signedBy}</code>,
            'Digest of the release': <code className="digest">{version.releaseDigest}</code>,
            Features: version.features.join(', '),
            Classes: version.classes.join(', '),
          }}
        />
      </Panel>
      <Panel title="Recipe">
        <RecipeFacts recipe={lineage.recipe} />
      </Panel>
    </div>
  );
}

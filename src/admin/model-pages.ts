import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import type { ModelManifest, TensorSignature } from '../inference/model-manifest.ts';
import { isAvailable, type ModelState } from '../inference/model-state.ts';
import { spellServable } from '../inference/servable.ts';
import type { ServingAddress } from '../inference/serving/serving-address.ts';
import type { ModelPanel, ModelsPage } from './admin-view.ts';
import type { StatisticsService } from './statistics-service.ts';

export interface ModelPagesOptions {
  config: Config;
  manifest: ModelManifest;
  askModelStates: () => Promise<ModelState[]>;
  statistics: StatisticsService;
}

const TITLES: Readonly<Record<ModelState['model'], string>> = {
  object_detector: 'Object detector',
  text_detector: 'Text detector',
  text_recognizer: 'Text recogniser',
};

/** What analyses photos: the engine, and the state and version of every model. */
export function modelPages({ config, manifest, askModelStates, statistics }: ModelPagesOptions): Route[] {
  const isServed = config.inferenceEngine !== 'embedded';

  const panel = (state: ModelState): ModelPanel => {
    const { inputs, outputs, ...own } = manifest.models[state.model];
    // What the manifest says of origin and licence is said of the project's own models.
    const isForeign = state.model === 'object_detector' && config.objectDetector.labelMap !== null;
    return {
      ...state,
      title: TITLES[state.model],
      available: isAvailable(state),
      servable: isServed ? spellServable(config.servables[state.model]) : null,
      origin: isForeign ? `Another detector, labels of ${config.objectDetector.labelMap}` : own.origin,
      licence: isForeign ? null : own.licence,
      inputs: inputs.map(spellTensor),
      outputs: outputs.map(spellTensor),
    };
  };

  return [
    {
      method: 'GET',
      path: '/admin/models',
      access: 'admin-session',
      handler: async (_req, res) => {
        const [states, waiting] = await Promise.all([askModelStates(), statistics.waiting()]);
        const page: ModelsPage = {
          engine: config.inferenceEngine,
          server: config.inferenceEngine === 'tensorflow-serving' ? shownAddress(config) : null,
          waiting,
          models: states.map(panel),
        };
        res.render('admin/models', page);
      },
    },
  ];
}

/** Without the scheme that gRPC wants. */
function shownAddress({ tensorflowServing: { address } }: Config): ServingAddress {
  return { ...address, target: address.target.replace('dns:///', '') };
}

function spellTensor({ name, dtype, shape }: TensorSignature): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

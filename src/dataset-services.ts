import type { Config } from './config.ts';
import type { CorrectionService } from './corrections/correction-service.ts';
import { DatasetExporter } from './datasets/dataset-exporter.ts';
import { DatasetImporter } from './datasets/dataset-importer.ts';
import { OriginalsArchive } from './datasets/originals-archive.ts';
import { SelectedPhotos } from './datasets/selected-photos.ts';
import { TASKS } from './inference/analysis.ts';
import type { ModelManifest } from './inference/model-manifest.ts';
import type { PhotoFiles } from './photos/photo-files.ts';
import type { PhotoService } from './photos/photo-service.ts';

/** All parts that data sets are made of, and taken in by. */
export interface DatasetServices {
  exporter: DatasetExporter;
  originals: OriginalsArchive;
  importer: DatasetImporter;
}

export interface DatasetServicesOptions {
  config: Pick<Config, 'detectionMinScore' | 'maxUploadBytes'>;
  photos: PhotoService;
  files: PhotoFiles;
  corrections: CorrectionService;
  manifest: ModelManifest;
}

/** Puts the parts of data sets together. */
export function createDatasetServices({
  config,
  photos,
  files,
  corrections,
  manifest,
}: DatasetServicesOptions): DatasetServices {
  const selected = new SelectedPhotos(photos);
  return {
    exporter: new DatasetExporter({
      selected,
      files,
      corrections,
      labels: manifest.models.object_detector.labels,
    }),
    originals: new OriginalsArchive({ selected, files }),
    importer: new DatasetImporter({
      photos,
      files,
      corrections,
      request: { tasks: [...TASKS], minScore: config.detectionMinScore },
      maxPhotoBytes: config.maxUploadBytes,
    }),
  };
}

import type { LabelMapEntry } from '../inference/label-map.ts';
import { COCO_LABELS } from '../model-export/coco-labels.ts';

/** An archive of the TF2 Object Detection API's model zoo, or one that is made like those. */
export interface ZooModel {
  /** Also the name that it is served under. */
  name: string;
  /** Where the `.tar.gz` is. */
  url: string;
  /** Longest side in pixels of what the model looks at, where that is known. */
  longestSide?: number;
  /** What its class ids mean, where that is known. */
  labels?: readonly LabelMapEntry[];
}

/**
 * The zoo links to http://download.tensorflow.org: this is the same bucket over TLS. Nobody publishes checksums of these
 * archives, so that nothing else tells them from what somebody on the way would put in their place.
 */
const ZOO = 'https://storage.googleapis.com/download.tensorflow.org/models/object_detection/tf2';

/**
 * Folder, name and longest side of the models of the zoo that answer with boxes alone, all trained on COCO. Left out are
 * CenterNet MobileNetV2, whose archive is named in another way, and ExtremeNet, of which the zoo says no size.
 * Source: https://github.com/tensorflow/models/blob/master/research/object_detection/g3doc/tf2_detection_zoo.md
 *
 * Two sizes differ between that page and the models' configurations: EfficientDet D6 (1280 and 1408), SSD MobileNet V2 (320
 * and 300). The larger one stands here; every model scales what it gets.
 */
const DETECTORS = [
  ['20200711', 'ssd_mobilenet_v2_fpnlite_640x640_coco17_tpu-8', 640],
  ['20200711', 'efficientdet_d0_coco17_tpu-32', 512],
  ['20200711', 'efficientdet_d1_coco17_tpu-32', 640],
  ['20200711', 'efficientdet_d2_coco17_tpu-32', 768],
  ['20200711', 'efficientdet_d3_coco17_tpu-32', 896],
  ['20200711', 'efficientdet_d4_coco17_tpu-32', 1024],
  ['20200711', 'efficientdet_d5_coco17_tpu-32', 1280],
  ['20200711', 'efficientdet_d6_coco17_tpu-32', 1408],
  ['20200711', 'efficientdet_d7_coco17_tpu-32', 1536],
  ['20200711', 'ssd_mobilenet_v2_320x320_coco17_tpu-8', 320],
  ['20200711', 'ssd_mobilenet_v1_fpn_640x640_coco17_tpu-8', 640],
  ['20200711', 'ssd_mobilenet_v2_fpnlite_320x320_coco17_tpu-8', 320],
  ['20200711', 'ssd_resnet50_v1_fpn_640x640_coco17_tpu-8', 640],
  ['20200711', 'ssd_resnet50_v1_fpn_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'ssd_resnet101_v1_fpn_640x640_coco17_tpu-8', 640],
  ['20200711', 'ssd_resnet101_v1_fpn_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'ssd_resnet152_v1_fpn_640x640_coco17_tpu-8', 640],
  ['20200711', 'ssd_resnet152_v1_fpn_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'faster_rcnn_resnet50_v1_640x640_coco17_tpu-8', 640],
  ['20200711', 'faster_rcnn_resnet50_v1_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'faster_rcnn_resnet50_v1_800x1333_coco17_gpu-8', 1333],
  ['20200711', 'faster_rcnn_resnet101_v1_640x640_coco17_tpu-8', 640],
  ['20200711', 'faster_rcnn_resnet101_v1_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'faster_rcnn_resnet101_v1_800x1333_coco17_gpu-8', 1333],
  ['20200711', 'faster_rcnn_resnet152_v1_640x640_coco17_tpu-8', 640],
  ['20200711', 'faster_rcnn_resnet152_v1_1024x1024_coco17_tpu-8', 1024],
  ['20200711', 'faster_rcnn_resnet152_v1_800x1333_coco17_gpu-8', 1333],
  ['20200711', 'faster_rcnn_inception_resnet_v2_640x640_coco17_tpu-8', 640],
  ['20200711', 'faster_rcnn_inception_resnet_v2_1024x1024_coco17_tpu-8', 1024],
  ['20200713', 'centernet_hg104_512x512_coco17_tpu-8', 512],
  ['20200713', 'centernet_hg104_1024x1024_coco17_tpu-32', 1024],
  ['20200711', 'centernet_resnet50_v1_fpn_512x512_coco17_tpu-8', 512],
  ['20200711', 'centernet_resnet101_v1_fpn_512x512_coco17_tpu-8', 512],
  ['20200711', 'centernet_resnet50_v2_512x512_coco17_tpu-8', 512],
] as const;

/** The models that are known by name. */
export const ZOO_MODELS: readonly ZooModel[] = DETECTORS.map(([folder, name, longestSide]) => ({
  name,
  url: `${ZOO}/${folder}/${name}.tar.gz`,
  longestSide,
  labels: COCO_LABELS,
}));

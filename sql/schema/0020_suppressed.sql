/* SPDX-License-Identifier: Apache-2.0 */
/* How many detections a suppression closed, without a look at all of them. */
CREATE INDEX detection_suppressed ON pypiwatch.detection (suppressed_by)
    WHERE suppressed_by IS NOT NULL;

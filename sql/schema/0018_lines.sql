/* SPDX-License-Identifier: Apache-2.0 */
/* Findings without a line had been stored with the largest number there is. */
UPDATE pypiwatch.finding SET line = NULL WHERE line = 2147483647;

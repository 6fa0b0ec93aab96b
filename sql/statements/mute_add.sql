-- SPDX-License-Identifier: Apache-2.0
-- Sink $4 does not hear what $5, read as $6, describes (each NULL: any) until $3
-- (NULL: a day), says $2 because of $1; gives how many waited and end now.
SELECT id, ended FROM pypiwatch.mute_add($4, $5, $6::jsonb, $1, $2,
    $3::timestamptz)

-- SPDX-License-Identifier: Apache-2.0
-- Sink $1 does not hear what $2, read as $3, describes (each NULL: any) until $6
-- (NULL: a day), says $5 because of $4; gives how many waited and end now.
SELECT id, ended FROM pypiwatch.mute_add($1, $2, $3::jsonb, $4, $5,
    $6::timestamptz)

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files fed from a folder, as if they were uploaded: project, release, event,
 * file and task.  Applied again after every migration, as functions.sql.
 *
 * The task's URL is of the command that feeds it, and of no use later: the
 * file's own row has none, so that nobody asks for it again.
 */

/* Makes the task unless these bytes were judged under this name before; then
 * known is true.  Feeding it again while it waits tells its new place. */
CREATE OR REPLACE FUNCTION pypiwatch.ingest_store(p_project text,
    p_version text, p_filename text, p_packagetype text, p_sha256 text,
    p_size bigint, p_url text, OUT file_id bigint, OUT known boolean)
LANGUAGE plpgsql
AS $$
DECLARE
	n text := pypiwatch.normalize(p_project);
	u pypiwatch.upload;
	event bigint;
BEGIN
	known := false;
	SELECT * INTO u FROM pypiwatch.upload x WHERE x.normalized = n
	    AND x.filename = p_filename FOR UPDATE;
	IF u.sha256 = p_sha256 AND u.outcome IN
	    ('scanned', 'partial', 'unscannable') THEN
		file_id := u.id;
		known := true;
		RETURN;
	END IF;
	INSERT INTO pypiwatch.project (normalized, display)
	    VALUES (n, p_project) ON CONFLICT DO NOTHING;
	INSERT INTO pypiwatch.release (normalized, version)
	    VALUES (n, p_version) ON CONFLICT DO NOTHING;
	INSERT INTO pypiwatch.upload AS x (normalized, version, filename,
	    state, sha256, size, packagetype, resolved_at)
	    VALUES (n, p_version, p_filename, 'queued', p_sha256, p_size,
		p_packagetype, now())
	    ON CONFLICT (normalized, filename) DO UPDATE SET
	    state = 'queued', outcome = NULL, why = NULL,
	    changed_bytes = x.changed_bytes OR x.sha256 <> excluded.sha256,
	    sha256 = excluded.sha256, size = excluded.size,
	    packagetype = excluded.packagetype, url = NULL,
	    resolved_at = now()
	    RETURNING id INTO file_id;
	INSERT INTO pypiwatch.task AS t (upload_id, normalized, version,
	    filename, sha256, display, url, size, packagetype, turn_at)
	    VALUES (file_id, n, p_version, p_filename, p_sha256, p_project,
		p_url, p_size, p_packagetype, now() + interval '30 minutes')
	    ON CONFLICT (normalized, filename, sha256) DO UPDATE SET
	    url = excluded.url, run_at = now(), rescan_id = NULL,
	    turn_at = least(t.turn_at, excluded.turn_at);
	/* The same bytes under another name, fed at the same time. */
	PERFORM pg_advisory_xact_lock(hashtextextended('ingest ' || p_sha256
	    || ' ' || n, 7056));
	IF NOT EXISTS (SELECT FROM pypiwatch.sighting s
	    WHERE s.source = 'ingest' AND s.key = p_sha256 || ' ' || n) THEN
		INSERT INTO pypiwatch.event (kind, project, normalized,
		    version, filename, action)
		    VALUES ('add file', p_project, n, p_version, p_filename,
			'fed from a folder') RETURNING id INTO event;
		INSERT INTO pypiwatch.sighting (source, key, event_id)
		    VALUES ('ingest', p_sha256 || ' ' || n, event);
		INSERT INTO pypiwatch.coverage AS c (source, period, items,
		    stored, last_at) VALUES ('ingest',
			date_trunc('hour', now(), 'UTC'), 1, 1, now())
		    ON CONFLICT (source, period) DO UPDATE SET
		    items = c.items + 1, stored = c.stored + 1,
		    last_at = now();
	END IF;
	PERFORM pg_notify('pypiwatch_work', '');
END $$;

/* Takes back what is not finished, because whoever fed it is leaving.  The
 * event stays: it is not told a second time. */
CREATE OR REPLACE FUNCTION pypiwatch.ingest_stop(p_files bigint[])
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	n integer;
BEGIN
	WITH gone AS (
		DELETE FROM pypiwatch.task WHERE upload_id = ANY (p_files)
		RETURNING upload_id
	), first AS (
		DELETE FROM pypiwatch.upload u USING gone g
		WHERE u.id = g.upload_id AND u.outcome IS NULL
		AND u.scanned_at IS NULL
		RETURNING u.id
	), again AS (
		UPDATE pypiwatch.upload u SET state = 'done', outcome = 'dead',
		    why = 'no longer fed: the command ended'
		FROM gone g WHERE u.id = g.upload_id AND u.outcome IS NULL
		AND u.scanned_at IS NOT NULL
	)
	SELECT count(*) INTO n FROM gone;
	RETURN n;
END $$;

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of popular names: whom somebody might imitate.  Applied again after
 * every migration, as functions.sql.
 *
 * It comes from outside and decides which names are watched, so a list that
 * lost much of what it had is refused and the old one stays.
 */

CREATE OR REPLACE FUNCTION pypiwatch.popular_failed(p_why text) RETURNS void
LANGUAGE sql
AS $$
	UPDATE pypiwatch.popular_state SET tried_at = now(), why = p_why
$$;

/* What is wrong with a list; NULL when nothing is. */
CREATE OR REPLACE FUNCTION pypiwatch.popular_odd(p_url text, p_names text[],
    p_downloads bigint[]) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
	n integer := coalesce(array_length(p_names, 1), 0);
	old integer;
	top integer;
	kept integer;
	bad bigint;
BEGIN
	IF n < 100 THEN
		RETURN format('it has %s names, which is too few: at least 100',
		    n);
	END IF;
	SELECT count(*) INTO bad FROM unnest(p_names) x
	    WHERE pypiwatch.normalize(x)
		!~ '^[a-z0-9]([a-z0-9-]{0,212}[a-z0-9])?$';
	IF bad * 100 > n THEN
		RETURN format('%s of its %s names are no names of projects',
		    bad, n);
	END IF;
	SELECT min(i) INTO bad FROM unnest(p_downloads) WITH ORDINALITY d (v, i)
	    WHERE v > p_downloads[i - 1];
	IF bad IS NOT NULL THEN
		RETURN format('it is not in order of downloads: see row %s',
		    bad);
	END IF;
	/* Another list altogether is the operator's own decision. */
	IF p_url IS DISTINCT FROM (SELECT url FROM pypiwatch.popular_state)
	THEN
		RETURN NULL;
	END IF;
	SELECT count(*), count(*) FILTER (WHERE rank <= 1000),
	    count(*) FILTER (WHERE rank <= 1000 AND normalized = ANY (
		SELECT pypiwatch.normalize(x) FROM unnest(p_names) x))
	    INTO old, top, kept FROM pypiwatch.target WHERE kind = 'popular';
	IF n < old * 0.8 THEN
		RETURN format('it has %s names, and the one before had %s', n,
		    old);
	END IF;
	IF kept < top * 0.5 THEN
		RETURN format('only %s of the first %s names before are in it',
		    kept, top);
	END IF;
	RETURN NULL;
END $$;

/* Stores a list, by rank; NULL, or why it is refused.  With p_force what
 * differs from the list before is accepted. */
CREATE OR REPLACE FUNCTION pypiwatch.popular_store(p_url text, p_names text[],
    p_downloads bigint[], p_force boolean) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	refused text;
BEGIN
	PERFORM FROM pypiwatch.popular_state FOR UPDATE;
	refused := pypiwatch.popular_odd(CASE WHEN NOT p_force THEN p_url END,
	    p_names, p_downloads);
	IF refused IS NOT NULL THEN
		PERFORM pypiwatch.popular_failed(refused);
		RETURN refused;
	END IF;
	DELETE FROM pypiwatch.target WHERE kind = 'popular';
	INSERT INTO pypiwatch.target (normalized, kind, rank, downloads)
	    SELECT n, 'popular', min(i), max(coalesce(d, 0))
	    FROM (SELECT pypiwatch.normalize(x.name) AS n, x.d, x.i
		FROM unnest(p_names, p_downloads) WITH ORDINALITY
		    AS x (name, d, i)) y
	    WHERE n ~ '^[a-z0-9]([a-z0-9-]{0,212}[a-z0-9])?$' GROUP BY n;
	UPDATE pypiwatch.popular_state SET url = p_url, stored_at = now(),
	    tried_at = now(), why = NULL;
	PERFORM pg_notify('pypiwatch_targets', '');
	RETURN NULL;
END $$;

-- Activations and breaches of all homes, each once. PostgreSQL 12 or later; TimescaleDB is not needed, see the end.
--
-- Telegraf writes with COPY, which knows no ON CONFLICT: a unique key on the table it writes to would make it discard
-- the whole batch around a repeated record. So it writes to tables that stay empty, and a trigger passes each row on.

CREATE SCHEMA earlid;
CREATE SCHEMA earlid_in;

CREATE TABLE earlid.activation (
    site       text        NOT NULL,
    speaker    text        NOT NULL,
    id         text        NOT NULL,
    at         timestamptz NOT NULL,
    source     text        NOT NULL,
    sources    bigint      NOT NULL,  -- how many told of it
    outcome    text        NOT NULL,
    allowed    boolean     NOT NULL,
    because    text        NOT NULL,
    microphone text        NOT NULL,
    PRIMARY KEY (site, speaker, id)   -- an id given by a detector is unique for its speaker only
);
CREATE INDEX ON earlid.activation (at);

CREATE TABLE earlid.breach (
    site      text             NOT NULL,
    speaker   text             NOT NULL,
    id        text             NOT NULL,
    at        timestamptz      NOT NULL,
    state     text             NOT NULL,
    cause     text             NOT NULL,
    exposed_s double precision NOT NULL,
    PRIMARY KEY (site, speaker, id)
);
CREATE INDEX ON earlid.breach (at);

-- As Telegraf would make them: its time has no zone and is UTC.
CREATE TABLE earlid_in.activation (
    "time" timestamp, site text, speaker text, source text, id text, sources bigint, outcome text, allowed boolean,
    because text, microphone text
);
CREATE TABLE earlid_in.breach (
    "time" timestamp, site text, speaker text, state text, id text, cause text, exposed_s double precision
);

CREATE FUNCTION earlid_in.keep_activation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO earlid.activation AS known
        (site, speaker, id, at, source, sources, outcome, allowed, because, microphone)
    VALUES (NEW.site, NEW.speaker, NEW.id, NEW."time" AT TIME ZONE 'UTC', NEW.source, NEW.sources, NEW.outcome,
            NEW.allowed, NEW.because, NEW.microphone)
    ON CONFLICT (site, speaker, id) DO UPDATE
        SET sources = EXCLUDED.sources, outcome = EXCLUDED.outcome
        -- What is repeated late may know less than what is there.
        WHERE EXCLUDED.sources >= known.sources
            AND array_position(ARRAY['unknown', 'unanswered', 'answered'], EXCLUDED.outcome)
                >= array_position(ARRAY['unknown', 'unanswered', 'answered'], known.outcome);
    RETURN NULL;
END $$;

CREATE FUNCTION earlid_in.keep_breach() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO earlid.breach (site, speaker, id, at, state, cause, exposed_s)
    VALUES (NEW.site, NEW.speaker, NEW.id, NEW."time" AT TIME ZONE 'UTC', NEW.state, NEW.cause, NEW.exposed_s)
    ON CONFLICT (site, speaker, id) DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER keep BEFORE INSERT ON earlid_in.activation FOR EACH ROW EXECUTE FUNCTION earlid_in.keep_activation();
CREATE TRIGGER keep BEFORE INSERT ON earlid_in.breach FOR EACH ROW EXECUTE FUNCTION earlid_in.keep_breach();

-- Telegraf needs to see the tables it writes to; they are empty, and the others it cannot read.
CREATE ROLE telegraf LOGIN;
GRANT USAGE ON SCHEMA earlid_in TO telegraf;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA earlid_in TO telegraf;

-- With TimescaleDB a key must hold the time. An activation keeps its `at` when it comes again, so that is no loss; the
-- conflict target in keep_activation and keep_breach becomes (site, speaker, id, at), too.
--   ALTER TABLE earlid.activation DROP CONSTRAINT activation_pkey, ADD PRIMARY KEY (site, speaker, id, at);
--   SELECT create_hypertable('earlid.activation', 'at');

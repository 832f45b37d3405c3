-- The ledger's kernel: the one way to write a journal entry, and the rules that every entry must keep at COMMIT.
-- Applied by the migrations 0002, 0004, 0005 and 0006, whole; all tables are those of registry/credits/models, and the two functions
-- credits_verb_allows and credits_goes_on_under_freeze are made from registry/credits/states.py.

-- What one entry closed and what it opened must fit together. Called by a trigger of credits_holding after each
-- statement that opens; from then on the entry closes nothing more (credits_entry_may_close). The settings: few rows
-- belong to an entry, whatever the statistics of the table say, so they are found by their indexes and by one plan.
-- The foreign keys of credits_holding need no constraints of their own: the entry that opens or closes is looked up
-- here, and account and issuance are the entry's, the allotment's or the closed holding's.
CREATE OR REPLACE FUNCTION credits_check_entry(p_entry bigint) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_entry credits_entry;
    v_opened int8multirange;
    v_closed int8multirange;
    v_own boolean;
    v_allowed boolean;
    v_follows boolean;
BEGIN
    SELECT * INTO STRICT v_entry FROM credits_entry WHERE id = p_entry;
    IF v_entry.kind = 'issue' THEN
        PERFORM credits_check_opening(v_entry);
        RETURN;
    END IF;

    WITH o AS MATERIALIZED (SELECT * FROM credits_holding WHERE opened_by_id = p_entry),
         c AS MATERIALIZED (SELECT * FROM credits_holding WHERE closed_by_id = p_entry),
         opened AS (
             SELECT range_agg(o.serials) AS serials,
                    bool_and(EXISTS (
                        SELECT 1 FROM c
                         WHERE c.serials @> o.serials
                           AND c.issuance_id = o.issuance_id
                           AND c.vintage = o.vintage
                           AND CASE WHEN o.serials <@ v_entry.serials
                                    THEN o.account_id = v_entry.to_account_id AND o.status = v_entry.status
                                    ELSE NOT o.serials && v_entry.serials
                                         AND o.account_id = c.account_id AND o.status = c.status
                               END)) AS follows
               FROM o),
         closed AS (
             SELECT range_agg(c.serials) AS serials,
                    bool_and(c.account_id = v_entry.from_account_id AND c.serials && v_entry.serials) AS own,
                    bool_and(credits_verb_allows(v_entry.kind, c.status, v_entry.status,
                                                 v_entry.from_account_id <> v_entry.to_account_id)) AS allowed
               FROM c)
    SELECT opened.serials, opened.follows, closed.serials, closed.own, closed.allowed
      INTO v_opened, v_follows, v_closed, v_own, v_allowed
      FROM opened, closed;

    IF v_opened IS NULL OR v_opened IS DISTINCT FROM v_closed OR NOT v_opened @> v_entry.serials THEN
        RAISE EXCEPTION 'entry %: what it closed and what it opened are not the same serials', p_entry
            USING ERRCODE = 'check_violation';
    END IF;
    IF v_own IS NOT TRUE THEN
        RAISE EXCEPTION 'entry %: it closed a holding that is not its own to close', p_entry
            USING ERRCODE = 'check_violation';
    END IF;
    IF v_allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'entry %: % makes no % of what it took', p_entry, v_entry.kind, v_entry.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_follows_its_verb';
    END IF;
    IF v_follows IS NOT TRUE THEN
        RAISE EXCEPTION 'entry %: a range it opened does not follow from what it closed', p_entry
            USING ERRCODE = 'check_violation';
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION credits_entry_opened(p_entry bigint) RETURNS boolean LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM credits_holding WHERE opened_by_id = p_entry);
END;
$$;

-- An entry of this transaction (or of a finished one) that has not opened anything yet.
CREATE OR REPLACE FUNCTION credits_entry_may_close(p_entry bigint) RETURNS boolean LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM credits_entry WHERE id = p_entry)
       AND NOT EXISTS (SELECT 1 FROM credits_holding WHERE opened_by_id = p_entry);
END;
$$;

-- An issuance's entry opens what the allotments say, and closes nothing.
CREATE OR REPLACE FUNCTION credits_check_opening(p_entry credits_entry) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM credits_holding WHERE closed_by_id = p_entry.id)
       OR (SELECT range_agg(serials) FROM credits_holding WHERE opened_by_id = p_entry.id)
           IS DISTINCT FROM int8multirange(p_entry.serials) THEN
        RAISE EXCEPTION 'entry %: an issuance opens its serials and closes none', p_entry.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        (SELECT serials, vintage, account_id, status FROM credits_holding WHERE opened_by_id = p_entry.id
         EXCEPT ALL
         SELECT serials, vintage, account_id, status FROM credits_allotment
          WHERE issuance_id = p_entry.issuance_id)
        UNION ALL
        (SELECT serials, vintage, account_id, status FROM credits_allotment
          WHERE issuance_id = p_entry.issuance_id
         EXCEPT ALL
         SELECT serials, vintage, account_id, status FROM credits_holding WHERE opened_by_id = p_entry.id)
    ) OR EXISTS (
        SELECT 1 FROM credits_holding WHERE opened_by_id = p_entry.id AND issuance_id <> p_entry.issuance_id
    ) THEN
        RAISE EXCEPTION 'entry %: an issuance opens what its allotments say, no more and no less', p_entry.id
            USING ERRCODE = 'check_violation';
    END IF;
END;
$$;

-- An issuance is complete when its allotments, its one entry and its remainder all say the same quantity.
CREATE OR REPLACE FUNCTION credits_check_issuance(p_issuance bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_issuance credits_issuance;
BEGIN
    SELECT * INTO STRICT v_issuance FROM credits_issuance WHERE id = p_issuance;
    IF upper(v_issuance.serials) - lower(v_issuance.serials) IS DISTINCT FROM v_issuance.quantity_t THEN
        RAISE EXCEPTION 'issuance %: its serials are not its quantity', p_issuance USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT range_agg(serials) FROM credits_allotment WHERE issuance_id = p_issuance)
           IS DISTINCT FROM int8multirange(v_issuance.serials)
       OR (SELECT sum(upper(serials) - lower(serials)) FROM credits_allotment WHERE issuance_id = p_issuance)
           IS DISTINCT FROM v_issuance.quantity_t::numeric
       OR (SELECT coalesce(sum(upper(serials) - lower(serials)), 0) FROM credits_allotment
            WHERE issuance_id = p_issuance AND status = 'buffer')
           IS DISTINCT FROM v_issuance.buffer_t::numeric THEN
        RAISE EXCEPTION 'issuance %: its allotments are not its quantity and buffer share', p_issuance
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM credits_entry
         WHERE issuance_id = p_issuance AND kind = 'issue' AND serials = v_issuance.serials
    ) THEN
        RAISE EXCEPTION 'issuance %: no journal entry opened it', p_issuance USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM credits_remainder
         WHERE issuance_id = p_issuance AND project_id = v_issuance.project_id
           AND issued_t = v_issuance.quantity_t
    ) THEN
        RAISE EXCEPTION 'issuance %: its remainder was not carried', p_issuance USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM credits_issuancerequest
         WHERE id = v_issuance.request_id AND state = 'approved' AND decided_by_id = v_issuance.approved_by_id
           AND project_id = v_issuance.project_id AND period_start = v_issuance.period_start
           AND period_end = v_issuance.period_end AND quantity_t = v_issuance.quantity_t
           AND buffer_t = v_issuance.buffer_t
    ) THEN
        RAISE EXCEPTION 'issuance %: no approved request says this', p_issuance USING ERRCODE = 'check_violation';
    END IF;
END;
$$;

-- The first lock of every act: none goes on while a freeze is being written, and accounts are locked in id order.
CREATE OR REPLACE FUNCTION credits_lock_accounts(p_accounts bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('credits.freeze'));
    PERFORM 1 FROM credits_account WHERE id = ANY (p_accounts) ORDER BY id FOR NO KEY UPDATE;
END;
$$;

-- Refuses an entry that touches what is frozen, or an account that is closed. Called by a trigger of credits_entry.
CREATE OR REPLACE FUNCTION credits_check_guards(p_entry credits_entry) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_accounts bigint[] := ARRAY[p_entry.from_account_id, p_entry.to_account_id];
    v_closed boolean;
    v_frozen boolean;
BEGIN
    IF p_entry.kind = 'issue' THEN
        v_accounts := ARRAY(SELECT account_id FROM credits_allotment
                             WHERE issuance_id = p_entry.issuance_id AND status = 'active');
    END IF;
    SELECT EXISTS (SELECT 1 FROM credits_account WHERE id = ANY (v_accounts) AND state <> 'open'),
           NOT credits_goes_on_under_freeze(p_entry.kind) AND EXISTS (
               SELECT 1 FROM credits_freeze f
                WHERE f.state <> 'released'
                  AND (f.account_id = ANY (v_accounts)
                       OR f.serials && p_entry.serials
                       OR f.project_id IN (SELECT project_id FROM credits_issuance WHERE serials && p_entry.serials)))
      INTO v_closed, v_frozen;
    IF v_closed THEN
        RAISE EXCEPTION 'entry %: an account is closed', p_entry.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_is_open';
    END IF;
    IF v_frozen THEN
        RAISE EXCEPTION 'entry %: a freeze is in force', p_entry.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_frozen_moves';
    END IF;
END;
$$;

-- Write one journal entry: close the open ranges it takes, open the ranges it makes (a split leaves the rest where
-- it was). The same key again returns the same entry and does nothing. Locks the accounts in id order, then the
-- holdings; must run at READ COMMITTED, so that each statement here sees what the accounts' last holder committed.
CREATE OR REPLACE FUNCTION post_entry(
    p_kind text,
    p_issuance bigint,
    p_from bigint,
    p_to bigint,
    p_serials int8range,
    p_status text,
    p_reason text,
    p_key text,
    p_actor bigint
) RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_entry bigint;
    v_known credits_entry;
    v_taken int8multirange;
    v_movable boolean;
BEGIN
    PERFORM credits_lock_accounts(
        ARRAY[p_from, p_to] || ARRAY(SELECT account_id FROM credits_allotment WHERE issuance_id = p_issuance));

    INSERT INTO credits_entry
        (kind, issuance_id, from_account_id, to_account_id, serials, status, reason, idempotency_key, actor_id)
    VALUES (p_kind, p_issuance, p_from, p_to, p_serials, p_status, p_reason, p_key, p_actor)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id INTO v_entry;
    IF v_entry IS NULL THEN
        SELECT * INTO STRICT v_known FROM credits_entry WHERE idempotency_key = p_key;
        IF (v_known.kind, v_known.issuance_id, v_known.from_account_id, v_known.to_account_id,
            v_known.serials, v_known.status)
           IS DISTINCT FROM (p_kind, p_issuance, p_from, p_to, p_serials, p_status) THEN
            RAISE EXCEPTION 'the key % belongs to another act', p_key USING ERRCODE = 'unique_violation', CONSTRAINT = 'key_means_one_act';
        END IF;
        RETURN v_known.id;
    END IF;

    IF p_kind = 'issue' THEN
        INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
        SELECT serials, vintage, issuance_id, account_id, status, v_entry
          FROM credits_allotment WHERE issuance_id = p_issuance ORDER BY serials;
        RETURN v_entry;
    END IF;

    SELECT range_agg(taken.serials),
           bool_and(taken.account_id = p_from
                    AND credits_verb_allows(p_kind, taken.status, p_status, p_from <> p_to))
      INTO v_taken, v_movable
      FROM (SELECT serials, account_id, status FROM credits_holding
             WHERE closed_by_id IS NULL AND serials && p_serials
             ORDER BY serials FOR NO KEY UPDATE) taken;
    IF v_taken IS NULL OR NOT v_taken @> p_serials OR NOT v_movable THEN
        RAISE EXCEPTION 'account % does not hold all of % in a status that % takes', p_from, p_serials, p_kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_holds_the_serials';
    END IF;
    UPDATE credits_holding SET closed_by_id = v_entry WHERE closed_by_id IS NULL AND serials && p_serials;
    INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
    SELECT unnest(int8multirange(serials) * int8multirange(p_serials)), vintage, issuance_id,
           p_to, p_status, v_entry
      FROM credits_holding WHERE closed_by_id = v_entry
    UNION ALL
    SELECT unnest(int8multirange(serials) - int8multirange(p_serials)), vintage, issuance_id,
           account_id, status, v_entry
      FROM credits_holding WHERE closed_by_id = v_entry;
    RETURN v_entry;
END;
$$;

-- One act over several ranges: an entry for each, all or none. The first has the act's key, the others number it.
CREATE OR REPLACE FUNCTION post_entries(
    p_kind text,
    p_from bigint,
    p_to bigint,
    p_serials int8multirange,
    p_status text,
    p_reason text,
    p_key text,
    p_actor bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_range int8range;
    v_number bigint := 0;
    v_first bigint;
    v_entry bigint;
BEGIN
    FOR v_range IN SELECT unnest(p_serials) LOOP
        v_number := v_number + 1;
        v_entry := post_entry(p_kind, NULL, p_from, p_to, v_range, p_status, p_reason,
                              CASE WHEN v_number = 1 THEN p_key ELSE p_key || '#' || v_number END, p_actor);
        v_first := coalesce(v_first, v_entry);
    END LOOP;
    RETURN v_first;
END;
$$;

-- The ledger's kernel: the one way to write a journal entry, and the rules that every entry must keep at COMMIT.
-- Applied by migration 0002; all tables are those of registry/credits/models.py.

-- What one entry closed and what it opened must fit together. Runs at COMMIT, called by deferred triggers.
CREATE OR REPLACE FUNCTION credits_check_entry(p_entry bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_entry credits_entry;
    v_opened int8multirange;
    v_closed int8multirange;
BEGIN
    SELECT * INTO STRICT v_entry FROM credits_entry WHERE id = p_entry;
    SELECT range_agg(serials) INTO v_opened FROM credits_holding WHERE opened_by_id = p_entry;
    SELECT range_agg(serials) INTO v_closed FROM credits_holding WHERE closed_by_id = p_entry;

    IF v_entry.kind = 'issue' THEN
        IF v_closed IS NOT NULL OR v_opened IS DISTINCT FROM int8multirange(v_entry.serials) THEN
            RAISE EXCEPTION 'entry %: an issuance opens its serials and closes none', p_entry
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (
            (SELECT serials, vintage, account_id, status FROM credits_holding WHERE opened_by_id = p_entry
             EXCEPT ALL
             SELECT serials, vintage, account_id, status FROM credits_allotment
              WHERE issuance_id = v_entry.issuance_id)
            UNION ALL
            (SELECT serials, vintage, account_id, status FROM credits_allotment
              WHERE issuance_id = v_entry.issuance_id
             EXCEPT ALL
             SELECT serials, vintage, account_id, status FROM credits_holding WHERE opened_by_id = p_entry)
        ) OR EXISTS (
            SELECT 1 FROM credits_holding WHERE opened_by_id = p_entry AND issuance_id <> v_entry.issuance_id
        ) THEN
            RAISE EXCEPTION 'entry %: an issuance opens what its allotments say, no more and no less', p_entry
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN;
    END IF;

    IF v_opened IS NULL OR v_opened IS DISTINCT FROM v_closed OR NOT v_opened @> v_entry.serials THEN
        RAISE EXCEPTION 'entry %: what it closed and what it opened are not the same serials', p_entry
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM credits_holding c
         WHERE c.closed_by_id = p_entry
           AND (c.account_id <> v_entry.from_account_id OR NOT c.serials && v_entry.serials)
    ) THEN
        RAISE EXCEPTION 'entry %: it closed a holding that is not its own to close', p_entry
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM credits_holding o
         WHERE o.opened_by_id = p_entry
           AND NOT EXISTS (
               SELECT 1 FROM credits_holding c
                WHERE c.closed_by_id = p_entry
                  AND c.serials @> o.serials
                  AND c.issuance_id = o.issuance_id
                  AND c.vintage = o.vintage
                  AND CASE WHEN o.serials <@ v_entry.serials
                           THEN o.account_id = v_entry.to_account_id AND o.status = v_entry.status
                           ELSE NOT o.serials && v_entry.serials
                                AND o.account_id = c.account_id AND o.status = c.status
                      END)
    ) THEN
        RAISE EXCEPTION 'entry %: a range it opened does not follow from what it closed', p_entry
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
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_entry bigint;
    v_known credits_entry;
    v_taken int8multirange;
    v_movable boolean;
BEGIN
    PERFORM 1 FROM credits_account
      WHERE id IN (p_from, p_to)
         OR id IN (SELECT account_id FROM credits_allotment WHERE issuance_id = p_issuance)
      ORDER BY id FOR NO KEY UPDATE;

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
            RAISE EXCEPTION 'the key % belongs to another act', p_key USING ERRCODE = 'unique_violation';
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
           bool_and(taken.account_id = p_from AND taken.status NOT IN ('retired', 'cancelled'))
      INTO v_taken, v_movable
      FROM (SELECT serials, account_id, status FROM credits_holding
             WHERE closed_by_id IS NULL AND serials && p_serials
             ORDER BY serials FOR NO KEY UPDATE) taken;
    IF v_taken IS NULL OR NOT v_taken @> p_serials OR NOT v_movable THEN
        RAISE EXCEPTION 'account % does not hold all of % in a status that can change', p_from, p_serials
            USING ERRCODE = 'check_violation';
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
